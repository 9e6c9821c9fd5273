"""The import-linter contract `only`: a package imports what its row of the table names, and nothing else."""

import sys

import grimp
from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.imports import Module


class OnlyContract(Contract):
    """One row of "Who may import whom" (docs/architecture.md).

    Options: `package`; `allowed`, modules of this project and distributions from outside. The standard
    library is always allowed. What is not named is refused, so a new dependency has to be thought about.
    """

    type_name = "only"

    package = fields.ModuleField()
    allowed = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """Looks at every direct import of the package's modules."""
        package: Module = self.package  # type: ignore[assignment]
        allowed: list[str] = self.allowed  # type: ignore[assignment]
        inside = {package.name} | graph.find_descendants(package.name)
        refused = [
            (importer, imported)
            for importer in sorted(inside)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not _is_within(imported, (package.name, *allowed)) and not _is_standard(imported)
        ]
        return ContractCheck(kept=not refused, metadata={"refused": refused, "graph": graph})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Says which line imports what it may not."""
        graph: grimp.ImportGraph = check.metadata["graph"]
        for importer, imported in check.metadata["refused"]:
            for detail in graph.get_import_details(importer=importer, imported=imported):
                output.print_error(f"{importer}, line {detail['line_number']}: {detail['line_contents']}")
        output.new_line()


def _is_within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names
