"""The benchmarks' mail server counts what it takes."""

import smtplib
from pathlib import Path

from benchmarks import document, mail_sink
from benchmarks.serving import LOOPBACK
from benchmarks.tables import Table


def test_the_sink_counts_messages_repeats_and_connections() -> None:
    with mail_sink.running_sink() as port:
        with smtplib.SMTP(LOOPBACK, port, "here.example") as line:
            for number in (1, 2, 2):
                message = f"Subject: x\r\nMessage-ID: <{number}@example.com>\r\n\r\n.\r\nDATA\r\n"
                line.sendmail("a@example.com", ["b@example.com"], message)
        count = mail_sink.ask(port)
    assert (count.taken, count.distinct, count.connections) == (3, 2, 1)


def test_one_group_of_the_page_is_written_anew_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n## What the profile shows, and why\n\nWords.\n", encoding="utf-8")
    for figure in ("1", "2"):
        document.rewrite(page, "Messages", [Table("Mails", ("what", "figure"), [("sent", figure)])])
    text = page.read_text("utf-8")
    assert text.count("## Messages") == 1
    assert "| sent | 2 |" in text
    assert "| sent | 1 |" not in text
    assert text.startswith("# Page\n\n## Messages\n")
    assert text.endswith("## What the profile shows, and why\n\nWords.\n")
