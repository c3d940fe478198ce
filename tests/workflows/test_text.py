"""What others wrote is shown as it is, and as nothing else."""

import pytest

from number_orders.workflows.text import unformatted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("unreadable", "unreadable"),
        ("[Approve here](http://evil.example)", r"\[Approve here\](http:\//evil.example)"),
        ("![](x) <a href=x>", r"\!\[\](x) \<a href=x\>"),
        ("a\n```\nb", r"a \`\`\` b"),
        ("www.evil.example", r"www\.evil.example"),
        ("WWW.evil.example ann@evil.example", r"WWW\.evil.example ann\@evil.example"),
        ("# a \\ b | ~c~ *d* &amp;", r"\# a \\ b \| \~c\~ \*d\* \&amp;"),
    ],
)
def test_no_markdown(text: str, shown: str) -> None:
    """Neither a link nor a picture, fence or heading is in it."""
    assert unformatted(text) == shown
