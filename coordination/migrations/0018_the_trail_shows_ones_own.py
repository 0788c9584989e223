"""The administrator's window on the trail ends with his reach; only the system writes checkpoints; what lies beside a case has a column for whom it is kept from."""

from importlib import import_module

import django.contrib.postgres.fields
from django.db import migrations, models

WINDOWS = import_module("coordination.migrations.0013_readings_and_checkpoints")
# The bodies whose accounts an administrator keeps, as coordination.models.people.administered_by says it: of his province and his side, police or not;
# of the other side too while nobody there is an administrator.
KEPT = """
create function portal_kept_bodies(asker bigint) returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $$
  with me as (
    select o.unit_id, o.kind in ('commune_police', 'province_police', 'police_department') as police
    from coordination_appointment a join coordination_post p on p.id = a.post_id join coordination_organisation o on o.id = p.organisation_id where a.id = asker
  ), here as (
    select o.id, o.kind in ('commune_police', 'province_police', 'police_department') as police
    from coordination_organisation o left join coordination_unit u on u.id = o.unit_id, me
    where me.unit_id is null or me.unit_id in (u.id, u.parent_id)
  ), watched as (
    select h.police from here h join coordination_post p on p.organisation_id = h.id and p.role = 'sysadmin' join coordination_appointment a on a.post_id = p.id
      join coordination_user holder on holder.id = a.user_id and holder.is_active
    where a.starts_on <= current_date and (a.ends_on is null or a.ends_on > current_date) and (a.ends_at is null or a.ends_at > now())
  )
  select coalesce(array_agg(h.id), '{}') from here h, me where h.police = me.police or h.police not in (select police from watched)
$$;
"""
ACCOUNTS = "array['coordination.user', 'coordination.appointment', 'coordination.accountrequest', 'coordination.invitation', 'coordination.accountreview', 'coordination.device', 'coordination.listimport']"
# Of which account a line tells: his who has, or had, a post in one of those bodies; a request lies with its parties, a review and a list with the body of whoever made it.
IN_REACH = """case t.about_model
        when 'coordination.user' then t.about_id in (select a.user_id from coordination_appointment a join coordination_post p on p.id = a.post_id where p.organisation_id = any (bodies))
        when 'coordination.device' then exists (select 1 from coordination_device d join coordination_appointment a on a.user_id = d.user_id join coordination_post p on p.id = a.post_id where d.id = t.about_id and p.organisation_id = any (bodies))
        when 'coordination.invitation' then exists (select 1 from coordination_invitation i join coordination_post p on p.id = i.post_id where i.id = t.about_id and p.organisation_id = any (bodies))
        when 'coordination.appointment' then exists (select 1 from coordination_appointment a join coordination_post p on p.id = a.post_id where a.id = t.about_id and p.organisation_id = any (bodies))
        when 'coordination.accountrequest' then exists (select 1 from coordination_accountrequest r where r.id = t.about_id and r.parties @> array[me.organisation_id])
        when 'coordination.accountreview' then exists (select 1 from coordination_accountreview r where r.id = t.about_id and r.parties @> array[me.organisation_id])
        when 'coordination.listimport' then t.actor_id = asker
        else false end"""
# Lines about what lies beside a case bear a code of their own: they are kept from whom the row is kept.
BESIDE = "\n      ".join(
    f"and not (t.about_model = 'coordination.{name}' and exists (select 1 from coordination_{name} r where r.id = t.about_id and me.user_id = any (r.kept_out)))"
    for name in ("hold", "subjectexport", "datarequest")
)
BEFORE = f"(own or me.role <> 'sysadmin' or t.about_model = any ({ACCOUNTS}))"


def lines(declared: str, found: str, accounts: str, beside: str) -> str:
    """The inner function of the window (0013), with what an administrator sees of accounts."""
    return f"""
create or replace function portal_trail_lines(asker bigint, own boolean, wanted_act text, wanted_code text, since timestamptz, until timestamptz, below bigint, most integer)
returns table (id bigint, recorded_at timestamptz, actor_id bigint, actor_post text, act text, about_model text, about_id bigint, code text, detail jsonb)
language plpgsql stable security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  me record;
  actors bigint[];
  every_actor boolean;
  {declared}
begin
  select a.user_id, p.role, p.organisation_id, o.unit_id into me
  from coordination_appointment a join coordination_post p on p.id = a.post_id join coordination_organisation o on o.id = p.organisation_id where a.id = asker;
  if not found then
    return;
  end if;
  every_actor := not own and me.role in ('dpo', 'sysadmin');
  {found}
  if own then
    actors := array[asker];
  elsif me.role in ('commune_police_chief', 'province_police_head', 'child_protection_officer') then
    select array_agg(a.id) into actors
    from coordination_appointment a join coordination_post p on p.id = a.post_id join coordination_organisation o on o.id = p.organisation_id
      left join coordination_unit u on u.id = o.unit_id
    where case me.role
      when 'commune_police_chief' then p.organisation_id = me.organisation_id
      when 'province_police_head' then p.role like '%police%' and me.unit_id in (u.id, u.parent_id)
      else p.role in ('commune_education_officer', 'commune_leader', 'doet_officer', 'doet_leader', 'child_protection_officer', 'clerk') and me.unit_id in (u.id, u.parent_id)
    end;
  end if;
  return query
    select t.id, t.recorded_at, t.actor_id, t.actor_post::text, t.act::text, t.about_model::text, t.about_id, t.code::text, t.detail
    from coordination_trailline t
    where (every_actor or t.actor_id = any (actors))
      and {accounts}
      and (wanted_act = '' or t.act = wanted_act) and (wanted_code = '' or t.code = wanted_code)
      and t.recorded_at >= since and t.recorded_at < until and t.id < below
      and not exists (select 1 from incidents_incident i where t.code <> '' and i.code = t.code and me.user_id = any (i.kept_out))
      {beside}
    order by t.id desc limit least(most, 200);
end $$;
"""


NOW = lines("bodies bigint[];", "if me.role = 'sysadmin' and not own then\n    bodies := portal_kept_bodies(asker);\n  end if;", f"(own or me.role <> 'sysadmin' or {IN_REACH})", BESIDE)
THEN = lines("", "", BEFORE, "")
RIGHTS = "revoke all on function portal_kept_bodies(bigint) from public, portal_app, portal_police;"

# The list of who saw a case, for its owners, is that of its receipts (incidents.casefile.receipts_of); this second window had no page.
SHUT = "drop function portal_trail_of_case(text, text[]); drop function portal_trail_of_case_inner(bigint, bigint, text, text[]);"

CHECKPOINTS = "alter policy wall_added on coordination_trailcheckpoint with check (portal_is_system())"
ANYBODYS = "alter policy wall_added on coordination_trailcheckpoint with check (portal_has_reader())"

# What lies beside a case and reaches others than its readers knows from whom the case is kept. The walls follow in the cases' own migration (incidents 0009),
# where the person behind a reader is known.
BESIDE_A_CASE = ("duty", "notice", "hold", "datarequest", "subjectexport", "disposalitem")


def kept_out() -> django.contrib.postgres.fields.ArrayField:
    """The column."""
    return django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, help_text="Users from whom the case is kept of which the row tells.", size=None)


class Migration(migrations.Migration):
    """The trail shows one's own, and what lies beside a case can be kept from somebody."""

    dependencies = [("coordination", "0017_a_way_in_is_told")]
    operations = [
        migrations.RunSQL(KEPT + RIGHTS + NOW, THEN + "drop function portal_kept_bodies(bigint);"),
        migrations.RunSQL(SHUT, WINDOWS.SEEN + WINDOWS.RIGHTS),
        migrations.RunSQL(CHECKPOINTS, ANYBODYS),
        *(migrations.AddField(model, "kept_out", kept_out()) for model in BESIDE_A_CASE),
    ]
