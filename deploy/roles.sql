-- Once, as postgres:  psql -X -v ON_ERROR_STOP=1 -f roles.sql. One role owns and migrates, one serves, one may read police notes.
CREATE ROLE portal_owner LOGIN;
CREATE ROLE portal_app LOGIN NOINHERIT;
CREATE ROLE portal_police NOLOGIN;
GRANT portal_police TO portal_app;
CREATE DATABASE portal OWNER portal_owner;
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE portal TO portal_app;
