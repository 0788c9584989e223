"""Invitations, resets by two people, inactivity."""

from typing import Any

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import coordination.clocks
import coordination.codes

KINDS = [("appoint", "Giao vị trí công tác"), ("reset", "Cấp lại mật khẩu, yếu tố thứ hai"), ("reopen", "Mở lại tài khoản")]
STATES = [("asked", "Chờ quản trị duyệt"), ("approved", "Chờ người thứ hai xác nhận"), ("done", "Đã thực hiện"), ("refused", "Không chấp thuận"), ("withdrawn", "Người đề nghị rút")]
REASONS = [("left", "Nghỉ việc, chuyển công tác"), ("absent", "Nghỉ dài ngày"), ("danger", "Nghi lộ mật khẩu, mất thiết bị"), ("idle", "Không dùng trong 45 ngày")]
# A code is looked up before anybody is a reader: only the portal itself sees invitations.
WALLS = {
    "coordination_accountrequest": "portal_is_system() or parties @> array[portal_body()]",
    "coordination_accountreview": "portal_is_system() or parties @> array[portal_body()]",
    "coordination_invitation": "portal_is_system()",
}


def give_codes(apps: Any, schema_editor: Any) -> None:
    """An address for every account that is there already."""
    users = apps.get_model("coordination", "User").objects.using(schema_editor.connection.alias)
    for user in users.filter(code=None).only("pk").iterator():
        users.filter(pk=user.pk).update(code=coordination.codes.new_code())


def pointer(to: str, **options: Any) -> models.ForeignKey:
    """A key to a row that nobody deletes."""
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to, **options)


class Migration(migrations.Migration):
    """The life of an account: requests, codes, reviews; an end at an hour; whose rights a job works by."""

    dependencies = [("coordination", "0010_second_factors")]

    operations = [
        migrations.AddField("user", "code", models.CharField(editable=False, max_length=13, null=True)),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
        migrations.AlterField("user", "code", models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
        migrations.AddField(
            "user", "active_since", models.DateTimeField(default=coordination.clocks.now, help_text="Made, opened or reopened: idleness counts from here or from the last sign-in.")
        ),
        migrations.AddField("user", "warned_at", models.DateTimeField(blank=True, help_text="When the holder was told that the account will be shut for idleness.", null=True)),
        migrations.AddField("user", "suspended_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("user", "suspension", models.CharField(blank=True, choices=REASONS, default="", max_length=8), preserve_default=False),
        migrations.AlterField("appointment", "ends_on", models.DateField(blank=True, help_text="The first day on which it is over.", null=True)),
        migrations.AddField(
            "appointment", "ends_at", models.DateTimeField(blank=True, help_text="The instant from which it is over, when that is not midnight; `ends_on` is then the day after.", null=True)
        ),
        migrations.AddField("appointment", "handed_back_at", models.DateTimeField(blank=True, help_text="When what he handled went back to the post, after the end.", null=True)),
        migrations.AddConstraint(
            "appointment",
            models.CheckConstraint(condition=models.Q(("ends_at", None), ("ends_on__isnull", False), _connector="OR"), name="appointment_that_ends_at_an_hour_ends_on_a_day"),
        ),
        migrations.AddIndex(
            "appointment", models.Index(condition=models.Q(("ends_on__isnull", False), ("handed_back_at", None)), fields=["ends_on"], name="appointment_to_hand_back")
        ),
        migrations.AddField(
            "job",
            "asked_by",
            pointer("coordination.appointment", blank=True, help_text="Whose rights the work is done by; empty for what the portal does by itself.", null=True),
        ),
        migrations.CreateModel(
            name="AccountRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ("kind", models.CharField(choices=KINDS, max_length=8)),
                ("username", models.CharField(max_length=80)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("reason", models.CharField(max_length=300)),
                ("asked_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("refusal", models.CharField(blank=True, max_length=300)),
                ("status", models.CharField(choices=STATES, default="asked", max_length=10)),
                (
                    "parties",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, help_text="The unit, those above it, the administrators' bodies: the wall in the database.", size=None
                    ),
                ),
                ("approved_by", pointer("coordination.appointment", blank=True, null=True)),
                ("asked_by", pointer("coordination.appointment")),
                ("confirmed_by", pointer("coordination.appointment", blank=True, null=True)),
                ("post", pointer("coordination.post")),
                ("user", pointer(settings.AUTH_USER_MODEL, blank=True, help_text="Empty while the account is not made yet.", null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-asked_at", "-id"], name="account_request_by_time"),
                    django.contrib.postgres.indexes.GinIndex(fields=["parties"], name="account_request_parties"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("status__in", ("asked", "approved"))),
                            models.Q(models.Q(("status__in", ("asked", "approved")), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="account_request_is_over_when_it_has_an_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confirmed_by", None), models.Q(("confirmed_by", models.F("approved_by")), _negated=True), _connector="OR"),
                        name="account_request_is_not_confirmed_by_who_approved_it",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("asked", "approved"))), fields=("kind", "username", "post"), name="one_waiting_request_per_account_and_post"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reviewed_at", models.DateTimeField()),
                ("accounts", models.PositiveIntegerField()),
                (
                    "parties",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, help_text="The administrator's body: the wall in the database.", size=None
                    ),
                ),
                ("by", pointer("coordination.appointment")),
            ],
            options={"indexes": [models.Index(fields=["-reviewed_at", "-id"], name="account_review_by_time")]},
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_hash", models.CharField(max_length=128)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("made_by", pointer("coordination.appointment")),
                ("post", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="coordination.post")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={"indexes": [models.Index(fields=["user", "-made_at"], name="invitation_of_user")]},
        ),
        *(migrations.RunSQL(f"call portal_wall('{table}', '{seen}')", f"call portal_unwall('{table}')") for table, seen in WALLS.items()),
    ]
