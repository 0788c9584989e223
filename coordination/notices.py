"""Telling a post: a row in its bell now, an e-mail to each of its holders later through a job of its own."""

from typing import Any
from urllib.parse import urlsplit

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from coordination import clocks, jobs
from coordination.models.notices import Notice, NoticeMail
from coordination.models.people import SYSTEM, Appointment, Post, User
from coordination.scope import beyond_the_reader, set_reader
from coordination.sealed import masking


def stored_words(about: Any) -> str:
    """A thing's code and kind in Vietnamese, whatever language the one who pressed reads: rows are for everybody."""
    with override(settings.LANGUAGE_CODE):
        return str(about.duty_words)[:160]


def kept_out_of(about: Any) -> list[int]:
    """Users from whom the thing, or the case to which it belongs, is kept."""
    found = getattr(about, "kept_out", None)
    return list(found if found is not None else getattr(getattr(about, "incident", None), "kept_out", []))


def tell(post: Post, kind: str, about: Any, *, only: User | None = None) -> Notice:
    """Put a notice into the post's bell and write one mail's job for each holder, or for `only` one. `about` offers `duty_words` and `get_absolute_url()`."""
    with beyond_the_reader("a notice goes to another post"):
        notice = Notice.objects.create(
            post=post, user=only, body_id=post.organisation.body_id, kind=kind, about_words=stored_words(about), link=about.get_absolute_url(), happened_at=clocks.now(), kept_out=kept_out_of(about)
        )
        mails = [NoticeMail.objects.create(notice=notice, user=holder) for holder in holders_of(post) if only in (None, holder) and holder.pk not in notice.kept_out]
    for mail in mails:
        jobs.add("mail_notice", mail.pk)
    return notice


def holders_of(post: Post) -> Any:
    """Everyone who holds a post today and has an address."""
    held = Appointment.objects.held_on(clocks.today()).filter(post=post)
    return User.objects.filter(pk__in=held.values("user")).exclude(email="").order_by("pk")


def unread(actor: Any) -> Any:
    """The notices of the actor's post that nobody has opened."""
    return Notice.objects.visible_to(actor).filter(read_at=None)


@shared_task(name="mail_notice")
def mail_notice(job_id: int) -> None:
    """Mail one notice to one person, unless he has left the post or the notice was taken out of the bell since."""
    with jobs.lease(job_id, jobs.THREE_DAYS) as job:
        if job is None:
            return
        set_reader(SYSTEM)
        mail = NoticeMail.objects.select_related("notice__post", "user").filter(pk=job.target).first()
        if mail and mail.user_id not in mail.notice.kept_out and holders_of(mail.notice.post).contains(mail.user):
            send(mail)


def send(mail: NoticeMail) -> None:
    """The words of a mail: that there is something, its code, a link. Nothing else leaves the portal.

    A worker that dies after the mail server took the mail and before "done" was stored sends it again: mail is at least once.
    The second one has the same Message-ID, so that mail programs show one.
    """
    notice = mail.notice
    with override(settings.LANGUAGE_CODE):
        code = notice.about_words.split(" · ")[0]
        subject = _("Thông báo mới: %(code)s") % {"code": code}
        body = _("%(kind)s – %(code)s.\n\nXem trên hệ thống: %(link)s\n\nThư này không chứa nội dung vụ việc.") % {
            "kind": notice.get_kind_display(),
            "code": code,
            "link": settings.PORTAL_ORIGIN + notice.link,
        }
    if masking.hits_in(f"{subject}\n{body}", masking.secrets_behind(notice.link)):
        raise jobs.Permanent(str(masking.Leak()))
    name = f"<{notice.happened_at:%Y%m%d%H%M%S}.{mail.pk}@{urlsplit(settings.PORTAL_ORIGIN).hostname}>"
    EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [mail.user.email], headers={"Message-ID": name}).send()
