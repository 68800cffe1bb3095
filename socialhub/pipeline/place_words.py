"""Words around a name that tell whether a place is meant, folded as `text.tokenise` folds. French and some English."""

from __future__ import annotations

from typing import Final


def word_set(listed: str) -> frozenset[str]:
    """The words of a string, cut at blanks."""
    return frozenset(listed.split())


AT: Final = word_set(
    "a sur vers depuis entre direction via jusqu in at near from to around between across outside into aux au dans pour"
)
"""Directly before a town: something is there or goes there ("à Tours")."""

OF: Final = word_set("de d of")
LINKS: Final = word_set("de d du des la le les l of the")
"""What may stand between a noun and its place ("mairie de la Flèche")."""

DEPARTMENT_ARTICLES: Final = word_set("le la les l")
ENCLOSING: Final = word_set("dans sur vers traversant")
"""Before an article and a department or a region: "dans le Lot"."""

DWELLING: Final = word_set(
    "habite habites habitent habitons habiter habitait vis vit vivons vivent vivre vivait ne nee nes installe"
    " installee installes demenage demenager emmenage emmenager situe située situee grandi vacances live lives"
    " living moved born"
)
"""Before "à": somebody lives there."""

TOWN_NOUNS: Final = word_set(
    "ville villes mairie maire gare habitant habitants commune agglomeration agglo metropole centre hopital chu"
    " chru universite aeroport cathedrale tribunal commissariat lycee college quartier quartiers chateau banlieue"
    " sud nord est ouest pres autour proximite environs alentours loin km kilometres minutes bassin peripherique"
    " rocade theatre festival choregies foire carnaval academie secteur zone tram tramway plage marche eveque"
    " commercants riverains usagers parfumeurs pays canton arrondissement maires gens deputee depute office city"
    " town people streets"
)
"""Before "de": what only a town has ("gare de Tours")."""

AREA_NOUNS: Final = word_set(
    "departement prefecture prefet region pompiers gendarmes gendarmerie police habitants habitant conseil"
    " departemental regional departementale regionale maires communes commune elus depute deputee senateur chambre"
    " sdis agriculteurs vignoble littoral gens ile"
)
"""Before "de", "du", "de la": what a department or a region has ("les pompiers de la Somme")."""

STREETS: Final = word_set(
    "rue avenue av boulevard boulevards bd bld quai place porte chemin route impasse allee allees faubourg cours"
    " square villa passage station rond street road"
)
"""Before "de" and a name: a street or a stop named after a place, in another one."""

STREETS_DIRECTLY: Final = word_set("rue avenue av boulevard bd bld metro station")
"""The same without "de" ("métro Charonne")."""

CLUBS: Final = word_set(
    "fc rc ogc losc as us sco psg om ol asse olympique stade racing club fcn srfc usap ubb sporting hsc ac aj sc rcs"
)
"""Beside a name: a club, whose matches are not news of the town."""

CLUBS_AFTER: Final = word_set("fc sco hsc psg sg rugby basket handball")

DETERMINERS: Final = word_set(
    "un une ce cet cette ces mon ma mes ton ta tes son sa ses nos vos notre votre leur leurs quel quelle chaque"
    " aucun deux trois quatre plusieurs quelques an this that these those every some any my your his her our their"
)
"""Before a name: a word like any other ("un Cognac")."""

ARTICLES: Final = word_set("le la les l the")
"""Before the name of a town that has none: a word like any other ("les Tours Duo")."""

TITLES: Final = word_set("m mr mme mlle monsieur madame mademoiselle dr docteur maitre mrs ms miss professeur general")

FIRST_NAMES: Final = word_set(
    "adam adele adrien agathe agnes alain albane albert alex alexandra alexandre alexis alice aline alix amandine"
    " amelie amelia ana anais andre andrea andrew anna anne annie anthony antoine arnaud arthur audrey augustin"
    " aurelie aurelien axel barbara baptiste bastien ben benedicte benjamin benoit bernard bertrand brigitte bruno"
    " camille carine carla carole caroline catherine cecile cedric celine chantal charles charlotte chloe"
    " christelle christian christine christophe claire clara claude claudine clement clementine corentin corinne"
    " cyril damien daniel daniele danielle david delphine denis didier diego dominique dylan edouard eleonore"
    " elena elisa elisabeth elise ella elodie emilie emily emma emmanuel emmanuelle enzo eric erwan esteban"
    " estelle eva evan fabien fabienne fabrice fanny fatima felix florence florent florian francis franck francois"
    " francoise frank frederic gabriel gael gaelle gaspard genevieve georges gerald gerard ghislaine gilbert"
    " gilles gregory guillaume guy gwenaelle harry helene henri henry herve hugo hugues ines ingrid irene isabelle"
    " jack jacqueline jacques james jane jean jeanne jeff jennifer jeremy jerome jessica joan joel joelle john"
    " jonathan jordan joseph josette julia julie julien juliette justin justine karim karine kate kevin killian"
    " laetitia laura laure laurence laurent laurie lea leila leo leon leonie liam lilian liliane lina lisa loic"
    " louane louis louise luc luca lucas lucie lucien lucy ludovic mael maeva magali malik manon manuel marc"
    " marcel margaux margot marguerite maria mariam marianne marie marina marine marion marius mark martin martine"
    " mary maryse mathieu mathilde matthieu maud maurice max maxence maxime mehdi melanie melissa michael michel"
    " michele michelle mickael mike mireille mohamed monique morgane muriel myriam nadia nadine nathalie nathan"
    " nicolas nicole nina noah noe noemie odette odile odilon olivia olivier pascal pascale patrice patricia"
    " patrick paul paula paulette pauline peter philippe pierre quentin rachel raphael raymond rebecca regis remi"
    " remy rene renee richard robert robin roger roland romain romane ronan rose sabine sabrina salome sam samia"
    " samir samuel sandra sandrine sarah sebastien serge severine simon simone solene sonia sophia sophie stephane"
    " stephanie steve sylvain sylvie theo theodore theophile therese thibault thierry thomas timothee tom tony"
    " tristan valentin valentine valerie vanessa veronique victor victoria vincent virginie viviane william xavier"
    " yann yannick yasmine yohann yves yvette yvonne zoe"
)
"""Before a name: a person who is called like a place."""

BETWEEN: Final = word_set("et ou and or puis comme")
"""Between two places of a list."""

INTO: Final = word_set("dans en le la les l du de departement region")
"""Between a town and what it lies in ("Sens, dans l'Yonne")."""

UNITS: Final = word_set(
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre ans euros km h heures"
    " minutes jours mois annees premiers derniers premieres dernieres go mo personnes et"
)
"""After a number: it does not name a department."""
