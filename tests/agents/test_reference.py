from agents.reference import PAGE, page


def test_the_reference_is_the_catalogue():
    assert PAGE.read_text("utf-8") == page(), "manage.py agents reference writes it"
