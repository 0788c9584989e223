"""Where a school stood, and who took over from a body that ended."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Where a school stood, and who took over from a body that ended."""

    dependencies = [("coordination", "0004_papers")]

    operations = [
        migrations.AlterField(
            model_name='organisation',
            name='kind',
            field=models.CharField(choices=[('government', 'Chính phủ, Thủ tướng Chính phủ'), ('moet', 'Bộ Giáo dục và Đào tạo'), ('mps', 'Bộ Công an'), ('province_pc', 'UBND cấp tỉnh'), ('doet', 'Sở Giáo dục và Đào tạo'), ('province_police', 'Công an cấp tỉnh'), ('police_department', 'Phòng nghiệp vụ Công an'), ('commune_pc', 'UBND cấp xã'), ('culture_society_office', 'Phòng Văn hóa - Xã hội'), ('commune_police', 'Công an cấp xã'), ('steering_committee', 'Ban Chỉ đạo'), ('school', 'Cơ sở giáo dục'), ('youth_union', 'Đoàn TNCS Hồ Chí Minh'), ('parents_board', 'Ban đại diện cha mẹ học sinh'), ('district_police', 'Công an cấp huyện (đã kết thúc)'), ('district_education_office', 'Phòng GD&ĐT (đã kết thúc)'), ('district_pc', 'UBND cấp huyện (đã kết thúc)')], max_length=40),
        ),
        migrations.CreateModel(
            name='Location',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(blank=True, null=True)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='locations', to='coordination.school')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coordination.unit')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('starts_on', None), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='location_ends_after_it_starts'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('school', '='), (models.Func('starts_on', 'ends_on', function='daterange'), '&&')], name='school_stands_in_one_unit_a_day')],
            },
        ),
        migrations.CreateModel(
            name='OrganisationSuccession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('after', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='origins', to='coordination.organisation')),
                ('before', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='coordination.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('before', 'after'), name='organisation_succession_once'), models.CheckConstraint(condition=models.Q(('before', models.F('after')), _negated=True), name='organisation_is_not_its_own_successor')],
            },
        ),
    ]
