-- Formats citations for export/making/csl.py: one document a line in, one a line out, both as
-- Pandoc's JSON. The metadata of a document names its CSL file and holds its papers as BibTeX.

local function text(value)
  return type(value) == "string" and value or pandoc.utils.stringify(value)
end

local function cited(line)
  local doc = pandoc.read(line, "json")
  local papers = pandoc.read(text(doc.meta.papers), "bibtex")
  doc.meta.papers = nil
  doc.meta.references = papers.meta.references
  local done = pandoc.utils.citeproc(doc)
  return pandoc.write(pandoc.Pandoc(done.blocks), "json")
end

for line in io.lines() do
  local is_done, answer = pcall(cited, line)
  if not is_done then
    answer = pandoc.json.encode({ error = tostring(answer) })
  end
  io.write((answer:gsub("[\r\n]", " ")), "\n")
  io.flush()
end
