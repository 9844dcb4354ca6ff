"""The tables: which command of LaTeX is which character.

From LaTeX's own encodings (OT1, T1, TS1, T5 for Vietnamese), the symbols that need no package in
math, csquotes, biblatex, and the journals of AASTeX, which ADS writes.
"""

from __future__ import annotations

ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "h": "\u0309",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "G": "\u030f",
    "d": "\u0323",
    "textcommabelow": "\u0326",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
    "t": "\u0361",
}
ALONE = {"`": "`", "'": "´", "^": "^", "~": "~", "=": "¯", ".": "˙", '"': '"'}
DOTLESS = {"ı": "i", "ȷ": "j"}

_NAMED_TEXT = (
    "ss ß  SS ẞ  ae æ  AE Æ  oe œ  OE Œ  o ø  O Ø  l ł  L Ł  aa å  AA Å  i ı  j ȷ  dh ð  "
    "DH Ð  th þ  TH Þ  dj đ  DJ Đ  ng ŋ  NG Ŋ  ij ĳ  IJ Ĳ  ohorn ơ  OHORN Ơ  uhorn ư  UHORN Ư  "
    "textendash –  textemdash —  textquoteleft ‘  "
    'textquoteright ’  textquotedblleft “  textquotedblright ”  textquotedbl "  '
    "textquotesingle '  quotedblbase „  quotesinglbase ‚  glqq „  grqq “  guillemotleft «  "
    "guillemotright »  guilsinglleft ‹  guilsinglright ›  flqq «  frqq »  flq ‹  frq ›  glq ‚  "
    "grq ‘  lq ‘  rq ’  lbrack [  rbrack ]  hyphen -  textbackslash \\  textbraceleft {  "
    "textbraceright }  textasciitilde ~  textasciicircum ^  textasciigrave `  textdollar $  "
    "textpercent %  textunderscore _  textnumbersign #  textampersand &  textbar |  "
    "textless <  textgreater >  textbullet •  textperiodcentered ·  textexclamdown ¡  "
    "textquestiondown ¿  textordfeminine ª  textordmasculine º  textdegree °  textmu µ  "
    "textpm ±  texttimes ×  textdiv ÷  textlnot ¬  textonequarter ¼  textonehalf ½  "
    "textthreequarters ¾  textregistered ®  texttrademark ™  "
    "textcopyright ©  copyright ©  pounds £  textsterling £  texteuro €  euro €  "
    "textcent ¢  textyen ¥  textcurrency ¤  textbrokenbar ¦  textasciidieresis ¨  "
    "textasciimacron ¯  textasciiacute ´  textonesuperior ¹  texttwosuperior ²  "
    "textthreesuperior ³  textminus −  textperthousand ‰  textnumero №  textinterrobang ‽  "
    "textinterrobangdown ⸘  textreferencemark ※  textohm Ω  textflorin ƒ  textbardbl ‖  "
    "textellipsis …  ldots …  dots …  S §  P ¶  textsection §  textparagraph ¶  dag †  ddag ‡  "
    "textdagger †  textdaggerdbl ‡  slash /  TeX TeX  LaTeX LaTeX  LaTeXe LaTeX2e  "
    "BibTeX BibTeX  XeTeX XeTeX  XeLaTeX XeLaTeX  LuaTeX LuaTeX  LuaLaTeX LuaLaTeX  cprime ʹ  "
)
_SPACES_TEXT = "quad qquad newline linebreak par space nobreakspace thinspace enspace"
_NAMED_WORDS = _NAMED_TEXT.split()
NAMED = dict(zip(_NAMED_WORDS[::2], _NAMED_WORDS[1::2], strict=True))
NAMED |= dict.fromkeys(_SPACES_TEXT.split(), " ")

# Of math; people write them in text as well.
_SYMBOLS_TEXT = (
    "alpha α  beta β  gamma γ  delta δ  varepsilon ε  epsilon ϵ  zeta ζ  eta η  theta θ  "
    "vartheta ϑ  iota ι  kappa κ  lambda λ  mu μ  nu ν  xi ξ  pi π  varpi ϖ  rho ρ  varrho ϱ  "
    "sigma σ  varsigma ς  tau τ  upsilon υ  varphi φ  phi ϕ  chi χ  psi ψ  omega ω  "
    "Gamma Γ  Delta Δ  Theta Θ  Lambda Λ  Xi Ξ  Pi Π  Sigma Σ  Upsilon Υ  Phi Φ  Psi Ψ  Omega Ω  "
    "times ×  pm ±  mp ∓  div ÷  cdot ⋅  ast ∗  star ⋆  circ ∘  bullet •  neg ¬  "
    "leq ≤  le ≤  geq ≥  ge ≥  neq ≠  ne ≠  ll ≪  gg ≫  approx ≈  sim ∼  simeq ≃  cong ≅  "
    "equiv ≡  propto ∝  infty ∞  rightarrow →  to →  leftarrow ←  leftrightarrow ↔  uparrow ↑  "
    "downarrow ↓  Rightarrow ⇒  Leftarrow ⇐  Leftrightarrow ⇔  mapsto ↦  longrightarrow ⟶  "
    "longleftarrow ⟵  in ∈  notin ∉  ni ∋  subset ⊂  supset ⊃  subseteq ⊆  supseteq ⊇  cup ∪  "
    "cap ∩  setminus ∖  emptyset ∅  forall ∀  exists ∃  wedge ∧  vee ∨  oplus ⊕  otimes ⊗  "
    "odot ⊙  partial ∂  nabla ∇  sum ∑  prod ∏  int ∫  surd √  ell ℓ  hbar ℏ  Re ℜ  Im ℑ  "
    "aleph ℵ  prime ′  angle ∠  perp ⊥  parallel ∥  langle ⟨  rangle ⟩  vdash ⊢  models ⊨  "
    "cdots ⋯  flat ♭  sharp ♯  natural ♮  triangle △  heartsuit ♡  spadesuit ♠  clubsuit ♣  "
    "diamondsuit ♢"
)
_SYMBOL_WORDS = _SYMBOLS_TEXT.split()
SYMBOLS = dict(zip(_SYMBOL_WORDS[::2], _SYMBOL_WORDS[1::2], strict=True))

RAISED = {ord(char): other for char, other in zip("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", strict=True)}
LOWERED = {ord(char): other for char, other in zip("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋", strict=True)}

_JOURNALS_TEXT = (
    "aj AJ; araa ARA&A; apj ApJ; apjl ApJL; apjs ApJS; ao Appl. Opt.; apss Ap&SS; aap A&A; "
    "aapr A&A Rev.; aaps A&AS; azh AZh; baas BAAS; jrasc JRASC; memras MmRAS; mnras MNRAS; "
    "pra Phys. Rev. A; prb Phys. Rev. B; prc Phys. Rev. C; prd Phys. Rev. D; pre Phys. Rev. E; "
    "prl Phys. Rev. Lett.; pasp PASP; pasj PASJ; pasa PASA; qjras QJRAS; skytel S&T; "
    "solphys Sol. Phys.; sovast Soviet Ast.; ssr Space Sci. Rev.; zap ZAp; nat Nature; "
    "iaucirc IAU Circ.; aplett Astrophys. Lett.; fcp Fund. Cosmic Phys.; "
    "gca Geochim. Cosmochim. Acta; grl Geophys. Res. Lett.; jcap JCAP; jcp J. Chem. Phys.; "
    "jgr J. Geophys. Res.; jqsrt J. Quant. Spectrosc. Radiat. Transfer; memsai Mem. SAIt; "
    "nphysa Nucl. Phys. A; physrep Phys. Rep.; physscr Phys. Scr; planss Planet. Space Sci.; "
    "procspie Proc. SPIE; icarus Icarus; actaa Acta Astron.; rmxaa RMxAA; nar New A Rev.; "
    "psj PSJ"
)
JOURNALS = dict(entry.split(" ", 1) for entry in _JOURNALS_TEXT.split("; "))

MATH = r"\$\$(?:[^$\\]++|\\.)++\$\$|\$(?:[^$\\]++|\\.)*+\$"
# Entities and tags of web pages that Crossref, ADS and Zotero leave in titles.
TAG = (
    r"</?(?P<tag>(?i:i|b|u|em|strong|sub|sup|inf|scp?|small|span|tt|tex|p|jats:[a-z]{1,12}))"
    r"(?:\s[^<>{}$\\\\]{0,200})?>"
)
_ENTITIES_TEXT = (
    "amp & lt < gt > quot \" apos ' ndash – mdash — lsquo ‘ rsquo ’ ldquo “ rdquo ” hellip … "
    "laquo « raquo » szlig ß aelig æ AElig Æ oslash ø Oslash Ø times × middot · deg ° shy \u00ad"
)
_ENTITY_WORDS = _ENTITIES_TEXT.split()
ENTITIES = dict(zip(_ENTITY_WORDS[::2], _ENTITY_WORDS[1::2], strict=True)) | {"nbsp": " "}
ENTITY_ACCENTS = {
    "grave": "`",
    "acute": "'",
    "circ": "^",
    "tilde": "~",
    "uml": '"',
    "ring": "r",
    "caron": "v",
    "cedil": "c",
}
