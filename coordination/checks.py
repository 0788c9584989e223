"""A start without holes: every view names its action or is in the short list of open doors (security.md 2.3)."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from coordination import policy, policy_words
from coordination.door import passwords
from coordination.sealed import data_register

THIRD_PARTY = {
    **dict.fromkeys(
        (
            "account_login",
            "account_logout",
            "account_signup",
            "account_inactive",
            "account_change_password",
            "account_set_password",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key",
            "account_reset_password_from_key_done",
            "mfa_authenticate",
            "openid_connect_login",
            "openid_connect_callback",
        ),
        "allauth: sign-in with its second step, sign-out, password; signing up is closed by ClosedDoor",
    ),
    "set_language": "Django: the language of the page",
}


def routes(patterns: Any = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route of the portal as (name with namespace, pattern)."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name or pattern.lookup_str}", pattern


def third_party(name: str) -> bool:
    """Whether the route belongs to a library and stands in the short list."""
    return name in THIRD_PARTY


@register()
def every_view_names_its_action(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse to start when a view could be reached without a question to the policy."""
    errors = []
    for name, pattern in routes():
        act = getattr(pattern.callback, "portal_action", None)
        if act is not None and act not in policy.GRANTS:
            errors.append(Error(f"{name}: action {act} is not in the policy", id="portal.E002"))
        if act is None and not getattr(pattern.callback, "portal_open", None) and not third_party(name):
            errors.append(Error(f"{name}: the view names no action", hint="Decorate it with @action(...) or @open_to_all(reason).", id="portal.E001"))
    return errors


@register()
def every_act_has_words(app_configs: Any, **kwargs: Any) -> list[Error]:
    """The page "Ai được làm gì" must be able to say every act."""
    missing = set(policy.GRANTS) ^ set(policy_words.ACT_WORDS)
    return [Error(f"policy: words and table differ in {sorted(missing)}", id="portal.E003")] if missing else []


@register()
def every_sealed_column_says_whose_data_it_holds(app_configs: Any, **kwargs: Any) -> list[Error]:
    """The register of data has no hole (security.md 5.1)."""
    hint = "EncryptedTextField(data_class=...), or an entry in coordination/sealed/data_register.py."
    return [Error(f"{name}: its data class is not declared", hint=hint, id="portal.E004") for name in data_register.undeclared()]


@register()
def no_column_means_what_the_portal_does_not_hold(app_configs: Any, **kwargs: Any) -> list[Error]:
    """No field for religion, ethnicity, opinion, social accounts or a score of a child (security.md 2.1)."""
    return [Error(f"{name}: the portal holds no such data", id="portal.E005") for name in data_register.denied()]


@register()
def the_list_of_breached_passwords_is_there(app_configs: Any, **kwargs: Any) -> list[Error]:
    """A setting that names a list must not quietly be without one."""
    fault = passwords.fault_of_the_list()
    return [Error(fault, hint="Put the list there, or leave the setting empty.", id="portal.E006")] if fault else []
