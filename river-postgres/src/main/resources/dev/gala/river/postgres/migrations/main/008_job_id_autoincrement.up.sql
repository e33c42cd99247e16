-- Something to do on SQLite only; the version is recorded here too.
select 1;
