"""Readings and signed checkpoints of the trail; and two windows in its wall, through which a reader sees his own side's lines and nothing else."""

import django.contrib.postgres.indexes
from django.db import migrations, models

GUARD = """
create trigger trail_checkpoint_stays before update or delete or truncate on coordination_trailcheckpoint
  for each statement execute function portal_refuse_change();
revoke update, delete, truncate on coordination_trailcheckpoint from portal_app, portal_police;
"""
UNGUARD = """
drop trigger trail_checkpoint_stays on coordination_trailcheckpoint;
grant update, delete on coordination_trailcheckpoint to portal_app, portal_police;
"""

# Whose lines a reader sees (security.md 3.2 table D, "Read audit"): everybody his own; the chief his unit's, the head of a police department the
# police side's of his province, the focal point for children the offices' of his area, the administrator what concerns accounts, the data
# protection post everything. A case from which he is kept out shows him no line. The tables of cases come later; names are looked up when asked.
# The inner function reads as the owner of the tables and may be called by nobody who serves; the outer one knows who asks, and cannot be told otherwise.
SHOWN = """
create function portal_trail_lines(asker bigint, own boolean, wanted_act text, wanted_code text, since timestamptz, until timestamptz, below bigint, most integer)
returns table (id bigint, recorded_at timestamptz, actor_id bigint, actor_post text, act text, about_model text, about_id bigint, code text, detail jsonb)
language plpgsql stable security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  me record;
  actors bigint[];
  every_actor boolean;
begin
  select a.user_id, p.role, p.organisation_id, o.unit_id into me
  from coordination_appointment a join coordination_post p on p.id = a.post_id join coordination_organisation o on o.id = p.organisation_id where a.id = asker;
  if not found then
    return;
  end if;
  every_actor := not own and me.role in ('dpo', 'sysadmin');
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
      and (own or me.role <> 'sysadmin' or t.about_model = any (array['coordination.user', 'coordination.appointment', 'coordination.accountrequest', 'coordination.invitation', 'coordination.accountreview', 'coordination.device', 'coordination.listimport']))
      and (wanted_act = '' or t.act = wanted_act) and (wanted_code = '' or t.code = wanted_code)
      and t.recorded_at >= since and t.recorded_at < until and t.id < below
      and not exists (select 1 from incidents_incident i where t.code <> '' and i.code = t.code and me.user_id = any (i.kept_out))
    order by t.id desc limit least(most, 200);
end $$;

create function portal_trail_shown(own boolean, wanted_act text, wanted_code text, since timestamptz, until timestamptz, below bigint, most integer)
returns table (id bigint, recorded_at timestamptz, actor_id bigint, actor_post text, act text, about_model text, about_id bigint, code text, detail jsonb)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if coalesce(current_setting('portal.reader', true), '') ~ '^[0-9]{1,18}$' then
    return query select * from portal_trail_lines(current_setting('portal.reader')::bigint, own, wanted_act, wanted_code, since, until, below, most);
  end if;
end $$;
"""

# Who saw a case, for those who own it: its school, and the body that manages it; offices and hours, never who in the office.
SEEN = """
create function portal_trail_of_case_inner(body bigint, asker bigint, wanted_code text, acts text[])
returns table (id bigint, recorded_at timestamptz, organisation_id bigint, act text, purpose text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
  return query
    select t.id, t.recorded_at, nullif(split_part(t.actor_post, '@', 2), '')::bigint, t.act::text, t.detail ->> 'purpose'
    from coordination_trailline t join incidents_incident i on i.code = t.code
    where t.code = wanted_code and t.act = any (acts)
      and body in (i.school_id, i.jurisdiction_id) and body = any (i.parties)
      and (select a.user_id from coordination_appointment a where a.id = asker) <> all (i.kept_out)
    order by t.id desc limit 200;
end $$;

create function portal_trail_of_case(wanted_code text, acts text[])
returns table (id bigint, recorded_at timestamptz, organisation_id bigint, act text, purpose text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if coalesce(current_setting('portal.reader', true), '') ~ '^[0-9]{1,18}$' then
    return query select * from portal_trail_of_case_inner(portal_body(), current_setting('portal.reader')::bigint, wanted_code, acts);
  end if;
end $$;
"""

ASKED = {
    "portal_trail_shown": "boolean, text, text, timestamptz, timestamptz, bigint, integer",
    "portal_trail_of_case": "text, text[]",
}
BEHIND = {
    "portal_trail_lines": "bigint, boolean, text, text, timestamptz, timestamptz, bigint, integer",
    "portal_trail_of_case_inner": "bigint, bigint, text, text[]",
}
RIGHTS = "".join(f"revoke all on function {name}({kinds}) from public, portal_app, portal_police;" for name, kinds in (ASKED | BEHIND).items()) + "".join(
    f"grant execute on function {name}({kinds}) to portal_app, portal_police;" for name, kinds in ASKED.items()
)
GONE = "".join(f"drop function {name}({kinds});" for name, kinds in (ASKED | BEHIND).items())


class Migration(migrations.Migration):
    dependencies = [("coordination", "0012_keys_and_masks")]

    operations = [
        migrations.AddField("trailline", "code", models.CharField(blank=True, default="", help_text="The code in the address of the record to which the thing belongs.", max_length=16)),
        migrations.AddField("trailline", "wrote", models.JSONField(default=dict, help_text="The columns of the row that the act wrote, each with a keyed hash of its value.")),
        migrations.AddIndex("trailline", models.Index(fields=["actor_id", "id"], name="trail_actor")),
        migrations.AddIndex("trailline", models.Index(condition=models.Q(("code", ""), _negated=True), fields=["code", "id"], name="trail_code")),
        migrations.AddIndex("trailline", django.contrib.postgres.indexes.BrinIndex(fields=["recorded_at"], name="trail_hour")),
        migrations.AddField("trailseal", "tree", models.BinaryField(max_length=32, null=True)),
        migrations.CreateModel(
            name="TrailCheckpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField()),
                ("text", models.CharField(max_length=600)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL("call portal_wall('coordination_trailcheckpoint', 'portal_has_reader()')", "call portal_unwall('coordination_trailcheckpoint')"),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(SHOWN + SEEN + RIGHTS, GONE),
    ]
