"""Merged, withdrawn, and cases in conflict, which are walled off from the people concerned."""

import coordination.fields
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# The person behind the reader's post; nobody for SYSTEM and without a reader.
PERSON = """
create function portal_person() returns bigint language sql stable parallel safe as
  $$ select user_id from coordination_appointment where id = nullif(nullif(current_setting('portal.reader', true), 'system'), '')::bigint $$
"""
BEFORE = "portal_is_system() or parties @> array[portal_body()]"
# Where people are kept out, a reader of whom PostgreSQL knows no person is kept out too.
NOW = "portal_is_system() or (parties @> array[portal_body()] and (select portal_person()) <> all (kept_out))"


def rebuild(seen: str) -> str:
    """The wall of the case with another sight."""
    return f"call portal_unwall('incidents_incident'); call portal_wall('incidents_incident', '{seen}')"


class Migration(migrations.Migration):
    """Merged, withdrawn, and cases in conflict."""

    dependencies = [("incidents", "0002_cases_know_their_reader")]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="origin",
            field=models.CharField(choices=[("school", "Nhà trường báo"), ("call", "Báo qua điện thoại, trực ban ghi"), ("police", "Công an thông báo")], default="school", max_length=8),
        ),
        migrations.AddField(
            model_name="incident",
            name="ended_at",
            field=models.DateTimeField(blank=True, help_text="When it was withdrawn or merged.", null=True),
        ),
        migrations.AddField(
            model_name="incident",
            name="ended_reason",
            field=coordination.fields.EncryptedTextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="incident",
            name="kept_out",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, help_text="Users from whom the case is kept, wherever they sit.", size=None
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="merged_into",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="incidents.incident"),
        ),
        migrations.AddField(
            model_name="incident",
            name="stand_in",
            field=models.ForeignKey(
                blank=True,
                help_text="In a conflict: who acts for the school, because its leadership is concerned.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="coordination.appointment",
            ),
        ),
        migrations.AlterField(
            model_name="incident",
            name="status",
            field=models.CharField(
                choices=[("draft", "Bản nháp"), ("submitted", "Đã gửi"), ("closed", "Kết thúc vụ việc"), ("merged", "Đã nhập vào vụ khác"), ("withdrawn", "Rút (báo nhầm)")], default="draft", max_length=12
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="incident_merged_into"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("merged_into__isnull", False), ("status", "merged"), models.Q(("merged_into", models.F("pk")), _negated=True)),
                    models.Q(models.Q(("status", "merged"), _negated=True), ("merged_into", None)),
                    _connector="OR",
                ),
                name="merged_case_names_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(condition=models.Q(("kept_out", []), ("stand_in__isnull", False), _connector="OR"), name="people_are_kept_out_of_conflicts_alone"),
        ),
        migrations.RunSQL(PERSON, "drop function portal_person()"),
        migrations.RunSQL(rebuild(NOW), rebuild(BEFORE)),
    ]
