"""Documents of other systems → articles.

`trees` opens a folder, a zip or a file; the reader of a format (`formats`) turns it into
`SourceDocument`s, whose bodies are Markdown that still links as the other system does. `names`
gives each a title, a slug and aliases that are free, `links` makes its links lead to the same
documents here, `media` stores the files that it shows, and `imports` writes all of it as one
operation and remembers where each article comes from.

Views and commands call::

    with trees.open_tree(path) as tree:
        report = imports.import_documents(tree, ImportOptions(...), user=..., advance=...)
"""
