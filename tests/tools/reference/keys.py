"""Every key of site.toml, as a document: out of the schema by which the build reads it."""

from __future__ import annotations

from build_site.site_toml.reference import Table, tables, toml

HEAD = """\
# site.toml

What a site is and what it calls things, made of the schema by `make docs`. Every key is optional: what your file leaves out is as shipped. Begin with a file that
has them all, commented out, and look at the page while you change it:

```sh
python -m build_site init my_site
python -m build_site check my_site/site.toml
python -m build_site --config my_site/site.toml
```

`python -m build_site serve --config my_site/site.toml` builds anew on every change; in the folder of site.toml, `--config` can be left out.

A site of flowers, in two languages, needs this much:

```toml
title = "Floralens"
picture = "flower"
pictures = "flowers"
bundles = ["models/flowers"]
translations = ["fr"]

[texts.fr]
picture = "fleur"
pictures = "fleurs"
```

- **All mistakes at once.** An unknown key is refused with the nearest known one; so is a text that cannot be read on its background, a sentence with a name in braces
  that nothing fills in, a file that is not there.
- **Paths** go from the folder of site.toml. What is published (`logo`, `icon`, `css`, `samples`) lies in that folder; bundles may lie anywhere.
- **Longer texts** are files beside it: `about.toml` in place of the shipped one, and `model_card.toml`, whose sections count before the shipped ones. `about.LANGUAGE.toml`
  and `model_card.LANGUAGE.toml` are the same in another language.
- **What would be ignored is said**: a picture that no key names, a misspelt file, a class that the model does not have.
- **Sentences** keep what stands in braces, or leave it out. The sentences in Spanish, French and Portuguese are written for a feminine noun in `picture`, as *image* is; where
  yours is another, state the sentences that sound wrong under `[texts.LANGUAGE]`.
"""


def keys() -> str:
    """The document."""
    return "\n".join([HEAD, *(_section(table) for table in tables())])


def _section(table: Table) -> str:
    lines = [f"## {table.header or 'Keys at the top'}", "", table.meaning, ""]
    lines += ["| Key | Kind | Default | Meaning |", "| --- | --- | --- | --- |"]
    for key in table.keys:
        value = f"`{toml(key.value)}`" if key.value != "" else "–"
        lines.append(
            f"| `{key.name}` | {key.kind} | {'e.g. ' if key.is_example else ''}{_cell(value)} | {_cell(key.meaning)} |"
        )
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", r"\|") or "–"
