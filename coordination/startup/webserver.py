"""How the web server serves, in the demo and in a production: gunicorn --config python:coordination.startup.webserver."""

from coordination import logs

worker_class = "gthread"
workers, threads = 2, 4
graceful_timeout = 5
control_socket_disable = True
logconfig_dict = logs.SETTINGS
