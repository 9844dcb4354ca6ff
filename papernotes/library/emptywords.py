"""Words that say nothing of what a text is about: of any English text, of papers, of notes.

Those of German, French and Spanish are the few that stand in any text: in a library in English
they are rare, and would make all that is in one of these languages alike.
"""

from __future__ import annotations

from papernotes.analysis import fold

_WORDS = """\
about above accuracy accurate accurately achieve achieved achieves across add added advantage
advantages after again ago algorithm all allow allowing allows almost along already also
alternative although always among amount analyses analysis analyze analyzed and another answer any
applied apply approach approaches appropriate are around article arxiv ask asked aspect aspects
assess assume average away based because been before begin being below best better between big
both build builds built but call called can cannot capable case cases challenge challenges
challenging change characteristic characteristics characterize com come common comparable compared
comparison complex comprehensive concept concepts consider consist consists corresponding could
crucial current currently def demo demonstrate demonstrated demonstrates derive derived describe
described describes despite detail detailed details determine determined develop developed
development did different discuss discussed does doi doing done due each easily effective
effectively effectiveness efficiency efficient efficiently eight else enable enables enabling end
enough essential establish evaluate evaluated evaluation even ever every evidence examine example
exhibit exist existing exists experience experiment experimental experiments explain exploit
explore extend extension extensive fact factor factors false far few final find first five focus
following for four framework from full further future gap general get give given goes good got had
has have help here high higher highly how however http https idea implement implementation import
importance important improve improved improvement improvements improves increase increased
increasing increasingly indicate instead interest interesting into introduce introduced introduces
investigate investigated issue issues its itself just keep key kind know known lack large last
later lead leads left less let like limit limitation limitations limited line list little long
look looks lower made main major make manner many matter may maybe mean means method methods might
more most much multiple must necessary need needs never new next nine none not note notes nothing
novel now number obtain obtained occur often one only open order org original other others our out
outperform outperforms over overall own page paper papers part particular particularly pdf per
perform performance performed performs perhaps place point possible potential potentially powerful
practical precise present presented presents previous previously primary print problem produce
proposal propose proposed provide purpose put question quick quickly quite rather read real reason
reasonable recent recently reduce reduced reducing relative relatively relevant remain remains
represents require required requires research respect respectively result results return right
role same say says scenario scenarios second see seen self set seven several shall should show
shown shows side significant significantly similar simple simultaneously since situation six small
solution solutions some sort specific specifically standard start states still studied studies
study successful successfully such suggest suitable take taken takes task tasks technique
techniques tell ten term terms than that the their them then theoretical there thereby these they
thing things this those though three through thus times together told too top towards traditional
true try turn two type typical typically under understand understanding unique until use used
useful uses using usual usually variety various very via want was way well were what when where
whether which while who whole why wide widely will with within without work works would write
written www year years yet you your
"""
_OTHER_LANGUAGES = """\
aber alle als auch auf aus bei beim bin bis das dass dem den der des die dies diese dieser durch ein
eine einem einen einer eines für hat haben ich ihr ihre ist kann können mehr mit nach nicht noch nur
oder sein seine sich sie sind so über um und uns unter vom von vor war waren was werden wie wir wird
wurde zum zur
aux avec ces cette comme dans des donc elle elles est été être fait ils les leur leurs mais nous ont
par pas plus pour que qui sans ses sont sur une vous
como con cuando del desde donde ella ellos entre era eran esta este esto estos fue hay las los más
muy para pero por porque qué sin sobre son también una unas unos
"""
EMPTY_WORDS = frozenset([*_WORDS.split(), *map(fold, _OTHER_LANGUAGES.split())])
