-- Everything of River's in the current schema, one line each, without a function's body.
with relation as (
  select c.oid, c.relname, c.relkind, c.relpersistence
  from pg_class c
  where c.relnamespace = quote_ident(current_schema())::regnamespace
)
select line
from (
  select format('table %s%s', relname, case relpersistence when 'u' then ' unlogged' else '' end)
  from relation
  where relkind = 'r'
  union all
  select format(
    'column %s %s %s %s%s%s',
    r.relname, row_number() over (partition by r.oid order by a.attnum), a.attname,
    format_type(a.atttypid, a.atttypmod),
    case when a.attnotnull then ' not null' else '' end,
    coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''))
  from relation r
  join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
  where r.relkind = 'r'
  union all
  select format('constraint %s %s %s', r.relname, o.conname, pg_get_constraintdef(o.oid, true))
  from relation r
  join pg_constraint o on o.conrelid = r.oid
  where o.contype in ('c', 'f', 'p', 'u', 'x')
  union all
  select 'index ' || pg_get_indexdef(oid, 0, true) from relation where relkind = 'i'
  union all
  select format(
    'sequence %s %s owned by %s.%s', r.relname, format_type(s.seqtypid, null), t.relname, a.attname)
  from relation r
  join pg_sequence s on s.seqrelid = r.oid
  join pg_depend d on d.objid = r.oid and d.deptype = 'a'
  join pg_class t on t.oid = d.refobjid
  join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
  union all
  select 'trigger ' || pg_get_triggerdef(g.oid, true)
  from relation r
  join pg_trigger g on g.tgrelid = r.oid and not g.tgisinternal
  union all
  select format(
    'function %s(%s) returns %s language %s volatility %s strict %s',
    p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), l.lanname,
    p.provolatile, p.proisstrict)
  from pg_proc p
  join pg_language l on l.oid = p.prolang
  where p.pronamespace = quote_ident(current_schema())::regnamespace
  union all
  select format(
    'enum %s %s',
    t.typname,
    (select string_agg(e.enumlabel, ' ' order by e.enumsortorder) from pg_enum e
     where e.enumtypid = t.oid))
  from pg_type t
  where t.typtype = 'e' and t.typnamespace = quote_ident(current_schema())::regnamespace
) as catalogue (line)
order by line collate "C"
