"""Two columns of an Excel workbook."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from ..errors import CorpusError

NEEDS_OPENPYXL = 'Excel workbooks are read with openpyxl: pip install "spacy-spine[benchmarks]".'


def read_columns(path: Path, sheet: str, columns: tuple[str, str]) -> Iterator[tuple[Any, Any]]:
    """The cells of two columns, row by row, in flat memory.

    path (Path): An .xlsx file.
    sheet (str): Name of the sheet; its first row holds the names of the columns.
    columns (tuple[str, str]): Names of the columns.
    YIELDS (tuple): The two cells of each row below the first.
    RAISES (CorpusError): Where openpyxl is missing, or the file is no workbook with that sheet and these columns.
    """
    try:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError as error:
        raise CorpusError(NEEDS_OPENPYXL) from error
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError) as error:
        raise CorpusError(f"'{path}' is not an .xlsx workbook ({type(error).__name__}).") from error
    try:
        if sheet not in book.sheetnames:
            raise CorpusError(f"'{path}' has no sheet '{sheet}'; there are {', '.join(book.sheetnames)}.")
        rows = book[sheet].iter_rows(values_only=True)
        head = next(rows, ())
        missing = [name for name in columns if name not in head]
        if missing:
            raise CorpusError(f"Sheet '{sheet}' of '{path}' has no column '{missing[0]}' in its first row.")
        first, second = map(head.index, columns)
        for row in rows:
            yield row[first], row[second]
    finally:
        book.close()
