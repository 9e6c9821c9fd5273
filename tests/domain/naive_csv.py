"""Comma-separated values read sign by sign, the slow and plain way: what the reader is compared with."""


def naive_records(text: str, delimiter: str) -> list[list[str]]:
    """Every record that has anything in it, as its cells."""
    records: list[list[str]] = [[""]]
    quoted, at = False, 0
    fresh = True  # nothing of the cell has been read
    while at < len(text):
        sign = text[at]
        if quoted:
            if sign == '"' and text[at + 1 : at + 2] == '"':
                records[-1][-1] += '"'
                at += 1
            elif sign == '"':
                quoted = False
            else:
                records[-1][-1] += sign
        elif sign == '"' and fresh:
            quoted, fresh = True, False
            at += 1
            continue
        elif sign == delimiter:
            records[-1].append("")
            fresh = True
            at += 1
            continue
        elif sign in "\r\n":
            at += 1 if text[at : at + 2] == "\r\n" else 0
            records.append([""])
            fresh = True
            at += 1
            continue
        else:
            records[-1][-1] += sign
        fresh = False
        at += 1
    return records
