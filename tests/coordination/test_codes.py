"""A code in an address cannot be guessed, counted, or mistyped into another one."""

import itertools

import pytest
from django.urls import Resolver404, resolve

from coordination.codes import ALPHABET, LENGTH, check_character, is_code, new_code

BODIES = ("0" * LENGTH, "z" * LENGTH, "0z0z0z0z0z0z", "4f7hq2m9xk3t")


@pytest.mark.parametrize("body", BODIES)
def test_any_single_slip_of_the_finger_is_caught(body: str) -> None:
    code = body + check_character(body)
    assert is_code(code)
    for place, letter in itertools.product(range(LENGTH + 1), ALPHABET):
        slipped = code[:place] + letter + code[place + 1 :]
        assert is_code(slipped) == (slipped == code), slipped


@pytest.mark.parametrize("body", BODIES)
def test_two_letters_changed_round_are_caught(body: str) -> None:
    code = body + check_character(body)
    for one, other in itertools.combinations(range(LENGTH + 1), 2):
        letters = list(code)
        letters[one], letters[other] = letters[other], letters[one]
        changed = "".join(letters)
        assert is_code(changed) == (changed == code), changed


def test_new_codes_are_right_and_each_is_another() -> None:
    codes = [new_code() for _ in range(500)]
    assert all(is_code(code) for code in codes)
    assert len(set(codes)) == len(codes)
    assert len({code[0] for code in codes}) > 20, "the letters are drawn, not counted"


@pytest.mark.parametrize("text", ["", "0", "0" * 12, "0" * 14, "o" * 13, "0" * 12 + "!", "0" * 12 + "Z", "٠" * 13])
def test_anything_else_is_no_code(text: str) -> None:
    assert not is_code(text)


def test_a_mistyped_address_is_no_address() -> None:
    code = new_code()
    wrong = ALPHABET[(ALPHABET.index(code[5]) + 1) % 32]
    assert resolve(f"/vu-viec/{code}/").kwargs == {"code": code}
    with pytest.raises(Resolver404):
        resolve(f"/vu-viec/{code[:5]}{wrong}{code[6:]}/")
