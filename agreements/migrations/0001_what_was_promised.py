"""What was promised: agreements and their parties."""

import coordination.codes
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('coordination', '0003_ground_rows_know_their_reader'),
    ]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=coordination.codes.new_code, editable=False, max_length=13, unique=True)),
                ('kind', models.CharField(choices=[('regulation', 'Quy chế phối hợp'), ('programme', 'Chương trình phối hợp'), ('joint_plan', 'Kế hoạch phối hợp'), ('joint_signing', 'Ký kết liên tịch'), ('directive', 'Chỉ thị'), ('plan', 'Kế hoạch'), ('letter', 'Công văn'), ('model', 'Mô hình')], max_length=16)),
                ('number', models.CharField(blank=True, help_text='As it stands on the paper; from the book of the issuer.', max_length=11)),
                ('symbol', models.CharField(blank=True, help_text='Fixed by the bodies, never derived from their names (domain/document_format.md 5).', max_length=30)),
                ('title', models.CharField(db_collation='vi-x-icu', max_length=500)),
                ('legal_bases', models.TextField(blank=True, help_text='One in each line.')),
                ('public', models.BooleanField(default=False, help_text='Once signed, every body may read it.')),
                ('signed_on', models.DateField(blank=True, null=True)),
                ('starts_on', models.DateField(blank=True, help_text='May lie before the day of signing; the day of signing when the paper names none.', null=True)),
                ('ends_on', models.DateField(blank=True, help_text='The last day of the term; empty when open.', null=True)),
                ('ended_on', models.DateField(blank=True, help_text='The first day after a decision or a successor took it away.', null=True)),
                ('ending_note', models.CharField(blank=True, max_length=300)),
                ('status', models.CharField(choices=[('draft', 'Dự thảo'), ('signed', 'Đã ký'), ('terminated', 'Đã chấm dứt'), ('replaced', 'Đã thay thế')], default='draft', max_length=12)),
                ('drafted_at', models.DateTimeField()),
                ('listed_at', models.DateTimeField(help_text='When it was drafted; once signed, the day of signing: the order of the register.')),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('folded', models.TextField(editable=False, help_text='Number, symbol, title, area and parties without marks, for the search.')),
                ('issuer', models.ForeignKey(help_text='The body that drafts, numbers and keeps the paper.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
                ('parent', models.ForeignKey(blank=True, help_text='The paper that this one carries out.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.agreement')),
                ('replaced_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.agreement')),
                ('unit', models.ForeignKey(blank=True, help_text='The area; empty for the whole country.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.unit')),
            ],
        ),
        migrations.CreateModel(
            name='AgreementParty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('a', 'Bên A'), ('b', 'Bên B'), ('issuer', 'Cơ quan ban hành'), ('participant', 'Đơn vị tham gia')], max_length=12)),
                ('place', models.PositiveSmallIntegerField()),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agreements.agreement')),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.organisation')),
            ],
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['-listed_at', '-id'], name='agreement_by_time'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['parent'], name='agreement_by_parent'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=django.contrib.postgres.indexes.GinIndex(fields=['parties'], name='agreement_parties'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=django.contrib.postgres.indexes.GinIndex(fields=['folded'], name='agreement_folded_search', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('starts_on', None), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='agreement_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', ''), ('signed_on', None), ('status', 'draft')), models.Q(models.Q(('status', 'draft'), _negated=True), ('signed_on__isnull', False), ('starts_on__isnull', False)), _connector='OR'), name='agreement_draft_has_no_number_and_no_date'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), models.Q(('number', ''), ('symbol', '')), models.Q(models.Q(('number', ''), _negated=True), models.Q(('symbol', ''), _negated=True)), _connector='OR'), name='agreement_signed_has_number_and_symbol_together'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_on', None), ('status__in', ['draft', 'signed'])), models.Q(('ended_on__isnull', False), ('status__in', ['terminated', 'replaced'])), _connector='OR'), name='agreement_ended_has_its_day'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('replaced_by__isnull', False), ('status', 'replaced')), models.Q(models.Q(('status', 'replaced'), _negated=True), ('replaced_by', None)), _connector='OR'), name='agreement_replaced_names_its_successor'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='agreement_is_not_its_own_parent'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(models.F('issuer'), models.F('number'), models.F('symbol'), django.db.models.functions.datetime.ExtractYear('signed_on'), condition=models.Q(('number', ''), _negated=True), name='agreement_number_once_per_issuer_and_year'),
        ),
        migrations.AddConstraint(
            model_name='agreementparty',
            constraint=models.UniqueConstraint(fields=('agreement', 'body'), name='body_once_per_agreement'),
        ),
    ]
