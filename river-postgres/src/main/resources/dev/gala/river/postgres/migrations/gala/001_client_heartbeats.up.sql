-- One row for each client that runs and renews it. A table that is logged: after a crash of server
-- and workers together, the rows must still tell whose jobs are to be put back.
create table /* schema */gala_client (
  id text primary key,
  started_at timestamptz not null default clock_timestamp(),
  beat bigint not null default 1,
  beat_at timestamptz not null default clock_timestamp(),
  sweeps bigint not null default 0,
  swept_at timestamptz,
  ttl interval not null,
  constraint id_length check (char_length(id) > 0 and char_length(id) < 128),
  constraint ttl_is_positive check (ttl > interval '0')
)
-- Every row is rewritten every few seconds: with room in its page, no index is touched.
with (fillfactor = 50);
