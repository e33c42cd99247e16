drop table /* schema */gala_client;
