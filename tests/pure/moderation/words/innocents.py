"""Ordinary words that hold a listed one, sound like it, or fold into it."""

ENGLISH = """
Scunthorpe Penistone Clitheroe Lightwater Essex Sussex Middlesex Cockermouth Shitterton Twatt Wankie Assen
Cummings
Dickens Dickinson Hancock Hitchcock Peacock Babcock Woodcock Weathercock Cockburn Cocker Lipschitz Butts
Peter Success
class classes classic assassin assassinate assess assessment asset assets assign assist associate assume
assumption
assure bass brass compass embarrass grass harass harassment mass massage passion passive passport password
pass glass
assemble assembly assert asthma therapist therapists therapy grape grapes drape scrape scrapes trapeze
rapeseed rapid
analysis analyst analyze analog canal banal analogue arsenal arsenic parse coarse hoarse sparse cockpit
cocktail
cockroach peacock shuttlecock hancock stopcock cucumber document documents accumulate circumstance cumin
cumulative
cummerbund succumb vacuum title titles titan titanic stitch stitches constitution institution substitute
competition petition repetition entitled attitude gratitude latitude altitude titanium titter titbit dictate
dictionary
predict addict verdict indict dickens medicine dickey snigger niggle niggling niggardly raccoon cocoon tycoon
racoon
uncle circle bicycle article shift shirt shiitake Matsushita whorl whoreson swhore basement bassoon basset
bitesize
biter arbiter arbitrary exorbitant frostbite sexton sextet sextant unisex asexual sexagenarian
evaluate evaluation conned icon falcon bacon beacon deacon silicon economy console consist control contact
content
second economics reconcile fagot flagon basic basis button butter butterfly buttress rebuttal attribute
scrapbook skyscraper Arsenal hello shell hell's cult cults culture difficult agriculture faculty pussyfoot
octopussy oppress express expression cockatoo cockerel cocky cockles Bonner annal annals ping pingpong
penitent peninsula penal penalty happens happenis openness pencil spent pendulum menial genial congenial
denial
mishit ashitaba pushit fukushima Fuchs fickle duck ducks luck lucky truck trucks puck buck tuck stuck
""".split()
FRENCH = """
conseil conseils contact content contente contre conduire condition confiance confiture connaître
connaissance connu
constitution construire consulter conte conter continent continuer contrôle convoi convient second seconde
seconder
abaisser baisser biaiser balise bitume orbite habite cohabiter débiter arbitre exorbitant subite bitte bitter
cube
culture cultures culotte culottes culminer calcul calculer ridicule véhicule particule reculer basculer
circuler
articuler spéculer bouscule peler pelle péterie répéter répète compétition tempête trompette serpette
répétition
pétard pétition dispute disputer réputé réputation amputer imputer computer députe député députée députés
pudique putois
puits salopette salopettes salade salade-verte saladier salaire salle salon lope antilope enveloppe développe
sucre sucrer sucette succès succession successeur success suceptible susciter foulard
nichoir nicher nichée unique uniquement technique clinique panique communique pique-niquer tunique ironique
conique
chienne chien chiendent enchérir rechigner machine fichier afficher cacher prêcher chiffre chiffrer échiquier
marcher bouillir couloir couleur couler coule mouille mouillage grenouille quenouille fouille bouille
tapisserie tapis tapir tapisser étape étapes tapoter tapage râpe râper râpé dérape dérapage attraper trapèze
grappe
pédale pédalo pédaler pédagogie pédiatre pédicure expédier encyclopédie tragédie comédie torpédo
assassin assassiner assises assis assiette assurance assez classe classes masse passe passer basse chasse
tasse
merderet ébranler branle-bas brander branche branchement tremblant réjouir éjouir enfoui enfouir foire
analyse analyser annales banale canal canaux penisula pénitence pénible pensée pentagone dépense
négrier Nègrepelisse Montcuq Condom Bitche Bouzy Sexey Ouistreham Vatan Trécon Cons-la-Grandville
dictée dictionnaire addict verdict édicter cocktail coque cocorico coquelicot coquille cocon cocotte
""".split()
