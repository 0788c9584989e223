"""Plain Python before anything is installed: packages, private servers, the processes of the demo and of the tests. Files here are run by path."""
