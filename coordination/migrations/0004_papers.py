"""Papers printed from one entry, and their wall: whoever ordered a paper sees it, nobody else."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import coordination.codes
import coordination.fields

SEEN = "portal_is_system() or ordered_by_id::text = current_setting($$portal.reader$$, true)"


class Migration(migrations.Migration):
    """Papers printed from one entry."""

    dependencies = [("coordination", "0003_ground_rows_know_their_reader")]

    operations = [
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("code", models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ("kind", models.CharField(max_length=24)),
                ("about_id", models.BigIntegerField()),
                ("ordered_at", models.DateTimeField()),
                ("status", models.CharField(choices=[("ordered", "Đang tạo"), ("ready", "Đã tạo xong"), ("expired", "Hết hạn lưu, đã xóa tệp")], default="ordered", max_length=12)),
                (
                    "content",
                    coordination.fields.EncryptedTextField(
                        blank=True, default="", help_text="The PDF in base64, sealed like the case it was printed from; empty before it is made and after its day."
                    ),
                ),
                ("pdf_hash", models.CharField(blank=True, max_length=64)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("ordered_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="coordination.appointment")),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("status", "ready")), fields=["expires_at"], name="paper_to_be_emptied")],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("status", "ordered")), fields=("ordered_by", "kind", "about_id"), name="one_paper_ordered_at_a_time"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("expires_at", None), ("pdf_hash", ""), ("status", "ordered")),
                            models.Q(models.Q(("status", "ordered"), _negated=True), models.Q(("pdf_hash", ""), _negated=True), ("expires_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="printed_paper_has_its_hash_and_its_end",
                    ),
                ],
            },
        ),
        migrations.RunSQL(f"call portal_wall('coordination_paper', '{SEEN}')", "call portal_unwall('coordination_paper')"),
    ]
