"""Characters and knowledge in files: cards, bundles, tables, packs. All of it is somebody else's
text: read with bounds, cleaned, shown as a difference, and only then applied."""
