"""Lets a failed assert in the suite show its values, as in the test files themselves."""

import pytest

pytest.register_assert_rewrite("tests.contract.fingerprints.suite")
