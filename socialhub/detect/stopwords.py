"""Words that say nothing of a subject, in French and in English, folded as `text.tokenise` folds (no accents, no case).

Grammar words, the everyday verbs in the forms they take in posts, and the litter of links. Written for this program.
"""

from __future__ import annotations

from typing import Final

_FRENCH: Final = """
a ai aie aient aies ait alors apres as assez au aucun aucune aujourd aujourdhui auquel aura aurai auraient aurais
aurait auras aurez auriez aurions aurons auront aussi autant autre autres aux auxquelles auxquels avaient avais avait
avant avec avez aviez avions avoir avons ayant ayez ayons bah beaucoup ben bien bientot bon bonjour bonne bonsoir bref
c ca car ce ceci cela celle celles celui cent cependant certain certaine certaines certains ces cet cette ceux chacun
chacune chaque chez chose choses ci cinq combien comme comment contre coup d dans de deja depuis derriere des
desormais deux devant devoir devra devrait dire dis disent dit dites dix doit doivent donc dont du durant elle elles
en encore enfin ensuite entre est et etaient etais etait etant ete etes etiez etions etre eu eux eh euh faire fais
faisait fait faites faudra faut fois font fut grace gens ha hein heu heure heures hier huit ici il ils j jamais je
jour jours jusqu jusque l la laquelle le lequel les lesquelles lesquels leur leurs loin lors lorsqu lorsque lui m ma
mais mal malgre matin maintenant me meme memes merci mes met mettre mieux mis mise moi moins mois mon monde n ne ni
nos notre notres nous nouveau nouveaux nouvel nouvelle nouvelles non nul oh ok on ont onze or ou ouais oui par parce
parfois parler parmi part partout pas passe pendant personne personnes petit petite peu peut peuvent peux plus
plusieurs plutot point pour pourquoi pourra pourrait pourtant pouvait pouvez pouvoir premier premiere pres presque
prend prendre pris prochain prochaine prochains prochaines puis puisqu puisque qu quand quant quarante quatre que quel
quelle quelles quelqu quelque quelques quels qui quoi quoique rien s sa sais sait sans sauf savoir se semble semaine
sept sera serai seraient serais serait seras serez serions serons seront ses selon seul seule seulement si sinon six
soient sois soir soit sommes son sont sous souvent soyez suis suite sur surtout t ta tant tel telle telles tels temps
tenir tiens tient tes toi ton toujours tous tout toute toutes tres trois trop tu un une va vais vas venir vers veut
veux vient viens voici voila voir vois voit vont vos votre votres vous voulait vouloir voyez vraiment vu y
"""
_ENGLISH: Final = """
a able about above across after again against ago all almost already also although always am among an and another any
anyone anything are aren around as ask at away back be became because been before being below best better between both
but by call came can cannot could couldn day days did didn do does doesn doing don done down during each either else
enough even ever every everyone everything few first for from further get gets getting give given go goes going gone
good got great had hadn has hasn have haven having he hello her here hers herself hi him himself his how however i if
in instead into is isn it its itself just keep kind know last later least less let like ll look looks lot made make
makes making many may maybe me mean might mine more most much must my myself need needs never new next no nobody none
nor not nothing now of off often oh ok old on once one only onto or other others ought our ours ourselves out over own
people per perhaps please put quite rather re really right said same saw say saying says see seem seems seen shall she
should shouldn since so some somebody someone something still such sure take taken takes than thank thanks that the
their theirs them themselves then there these they thing things think this those though three through thus till time
times to today together told tomorrow too took toward tried try two under until up upon us use used uses using ve very
via want wants was wasn way we week well went were weren what whatever when where whether which while who whole whom
whose why will with within without won would wouldn yes yesterday yet you your yours yourself
"""
_LITTER: Final = "http https www com fr org net html htm php utm rt amp via cc pic t.co status article"

STOP_WORDS: Final[dict[str, frozenset[str]]] = {
    "fr": frozenset((*_FRENCH.split(), *_LITTER.split())),
    "en": frozenset((*_ENGLISH.split(), *_LITTER.split())),
}
BOTH: Final = STOP_WORDS["fr"] | STOP_WORDS["en"]


def stop_words(lang: str) -> frozenset[str]:
    """Those of a language ("fr", "en"); of any other, or of "", those of both."""
    return STOP_WORDS.get(lang, BOTH)
