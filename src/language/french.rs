//! French. `{}` stands for a value, in the order of the English sentence.

/// Each sentence with its translation, in the order of the alphabet.
pub(super) const SENTENCES: &[(&str, &str)] = &[
    (
        "A conversation between two people cannot be left; you can archive it.",
        "On ne peut pas quitter une conversation à deux ; vous pouvez l'archiver.",
    ),
    ("A conversation between two people has no name of its own.", "Une conversation à deux n'a pas de nom."),
    ("A conversation has at most {} tags.", "Une conversation a au plus {} étiquettes."),
    (
        "A duration is between 0 and 86,400,000 milliseconds, which is one day.",
        "Une durée est comprise entre 0 et 86 400 000 millisecondes, soit un jour.",
    ),
    (
        "A file cannot be sent: it is not yours, was already sent, or is gone. Please upload it again.",
        "Un fichier ne peut pas être envoyé : il n'est pas à vous, a déjà été envoyé ou n'existe plus. Veuillez le téléverser à nouveau.",
    ),
    ("A group has at most {} people.", "Un groupe compte au plus {} personnes."),
    (
        "A group needs an owner. Make somebody else one first.",
        "Un groupe a besoin d'un propriétaire. Désignez d'abord quelqu'un d'autre.",
    ),
    ("A message can be edited for {} after it was sent.", "Un message peut être modifié pendant {} après son envoi."),
    ("A message can have at most {} files.", "Un message peut avoir au plus {} fichiers."),
    ("A message has at most {} characters; this one has {}.", "Un message a au plus {} caractères ; celui-ci en a {}."),
    ("A picture can have {} marks. Remove one first.", "Une image peut avoir {} repères. Retirez-en un d'abord."),
    ("A program cannot be an administrator.", "Un programme ne peut pas être administrateur."),
    ("A tag cannot be empty.", "Une étiquette ne peut pas être vide."),
    ("A token ends in the future, within 366 days.", "Un jeton expire dans le futur, dans les 366 jours."),
    (
        "A username has 3 to 32 letters, digits, dots, dashes or underscores.",
        "Un nom d'utilisateur a de 3 à 32 lettres, chiffres, points, tirets ou tirets bas.",
    ),
    ("Accounts of this role are made by an administrator.", "Les comptes de ce rôle sont créés par un administrateur."),
    ("Choose a picture: PNG, JPEG or WebP.", "Choisissez une image : PNG, JPEG ou WebP."),
    (
        "Choose a time within a year, or turn notifications off.",
        "Choisissez un moment dans l'année, ou désactivez les notifications.",
    ),
    (
        "Files of this type are not accepted. Send PDF, Word, Excel, text or CSV, a picture, audio or video.",
        "Les fichiers de ce type ne sont pas acceptés. Envoyez un fichier PDF, Word, Excel, texte ou CSV, une image, un son ou une vidéo.",
    ),
    (
        "Mark something inside the picture: each coordinate is between 0 and 1.",
        "Placez le repère dans l'image : chaque coordonnée est comprise entre 0 et 1.",
    ),
    (
        "Moving pictures are accepted as GIF only. Please send this one as GIF or as a film.",
        "Les images animées ne sont acceptées qu'en GIF. Veuillez envoyer celle-ci en GIF ou en vidéo.",
    ),
    ("Name somebody else to take over.", "Désignez quelqu'un d'autre pour prendre la suite."),
    (
        "Notifications could not be switched on in this browser. Please try again, or use another browser.",
        "Les notifications n'ont pas pu être activées dans ce navigateur. Veuillez réessayer ou utiliser un autre navigateur.",
    ),
    (
        "Observers only read. Make them a member so that they can send.",
        "Les observateurs ne font que lire. Faites-en un membre pour qu'ils puissent écrire.",
    ),
    ("Only an owner can give up owning the group.", "Seul un propriétaire peut renoncer à la propriété du groupe."),
    ("Only an owner can hand a group over.", "Seul un propriétaire peut transmettre un groupe."),
    (
        "Only audio and video have a duration. Leave it out for this file.",
        "Seuls les sons et les vidéos ont une durée. Ne l'indiquez pas pour ce fichier.",
    ),
    (
        "Only clinicians and staff can make the group of an appointment.",
        "Seuls les soignants et le personnel peuvent créer le groupe d'un rendez-vous.",
    ),
    ("Only clinicians have credentials to check.", "Seuls les soignants ont des titres à vérifier."),
    (
        "Only patients and clinicians can chat with each other.",
        "Seuls les patients et les soignants peuvent échanger entre eux.",
    ),
    (
        "Only patients and clinicians can chat with each other",
        "Seuls les patients et les soignants peuvent échanger entre eux",
    ),
    ("Only pictures can be marked.", "Seules les images peuvent porter des repères."),
    (
        "Only the owner and administrators of a group can add or remove people.",
        "Seuls le propriétaire et les administrateurs d'un groupe peuvent ajouter ou retirer des personnes.",
    ),
    (
        "Only the owner of a group decides who else leads it.",
        "Seul le propriétaire d'un groupe décide qui d'autre le dirige.",
    ),
    (
        "Only the person who sent this message can change it.",
        "Seule la personne qui a envoyé ce message peut le modifier.",
    ),
    (
        "Only those who lead this conversation can archive or close it.",
        "Seuls ceux qui dirigent cette conversation peuvent l'archiver ou la fermer.",
    ),
    (
        "Only who marked this, clinicians, and those who lead the group can remove it.",
        "Seuls l'auteur de ce repère, les soignants et les responsables du groupe peuvent le retirer.",
    ),
    (
        "People in your two roles cannot chat with each other here. Ask your clinic for the right contact.",
        "Les personnes de vos deux rôles ne peuvent pas échanger ici. Demandez le bon contact à votre établissement.",
    ),
    ("Please fill this in.", "Veuillez remplir ce champ."),
    ("Please give the group a name.", "Veuillez donner un nom au groupe."),
    ("Please say why.", "Veuillez indiquer pourquoi."),
    ("Please give your name.", "Veuillez indiquer votre nom."),
    ("Please write what should stand there.", "Veuillez écrire ce qui doit y figurer."),
    ("Say what the token is for.", "Indiquez à quoi sert le jeton."),
    ("Say what the token may be used for.", "Indiquez ce que le jeton permet de faire."),
    ("Send the picture first, then mark something on it.", "Envoyez d'abord l'image, puis placez-y un repère."),
    (
        "The account of this person is disabled. They cannot be reached here.",
        "Le compte de cette personne est désactivé. Elle n'est pas joignable ici.",
    ),
    (
        "The arrow points nowhere: it ends where it begins.",
        "La flèche ne montre rien : elle finit là où elle commence.",
    ),
    (
        "The box has no inside: its left is left of its right, and its top above its bottom.",
        "Le cadre est vide : sa gauche est à gauche de sa droite, et son haut au-dessus de son bas.",
    ),
    (
        "The clinic has not checked your credentials yet. Until then patients can write to you, but you cannot start.",
        "L'établissement n'a pas encore vérifié vos titres. D'ici là, les patients peuvent vous écrire, mais vous ne pouvez pas commencer.",
    ),
    (
        "The clinic has not checked your credentials yet. Until then you cannot bring patients into a group.",
        "L'établissement n'a pas encore vérifié vos titres. D'ici là, vous ne pouvez pas faire entrer de patients dans un groupe.",
    ),
    ("The file has no name.", "Le fichier n'a pas de nom."),
    ("The file is empty.", "Le fichier est vide."),
    (
        "The file is too large: files of up to {} are accepted.",
        "Le fichier est trop volumineux : les fichiers sont acceptés jusqu'à {}.",
    ),
    ("The file's name is over {} characters long.", "Le nom du fichier dépasse {} caractères."),
    (
        "The message you are answering is not in this conversation.",
        "Le message auquel vous répondez n'est pas dans cette conversation.",
    ),
    (
        "The moving picture is too long for its size. Please send it as a film.",
        "L'image animée est trop longue pour sa taille. Veuillez l'envoyer en vidéo.",
    ),
    ("The name or the password is not right.", "Le nom ou le mot de passe n'est pas correct."),
    ("The old password is not right.", "L'ancien mot de passe n'est pas correct."),
    ("The owner of a group cannot be removed.", "Le propriétaire d'un groupe ne peut pas être retiré."),
    (
        "The picture has too many pixels: up to {} million are accepted, and up to {} on each side.",
        "L'image a trop de pixels : {} millions au plus sont acceptés, et {} au plus de chaque côté.",
    ),
    (
        "The picture is too large without the compression it came with. Please send it smaller, or as JPEG.",
        "L'image est trop volumineuse sans sa compression d'origine. Veuillez l'envoyer plus petite, ou en JPEG.",
    ),
    (
        "The same file is named twice. Upload it again to send it twice.",
        "Le même fichier est indiqué deux fois. Téléversez-le à nouveau pour l'envoyer deux fois.",
    ),
    (
        "There is a group for this already. Ask the people in it to add you.",
        "Il y a déjà un groupe pour cela. Demandez à ses membres de vous ajouter.",
    ),
    ("There is an account with this address already.", "Il y a déjà un compte avec cette adresse."),
    (
        "This TIFF has several pages. Please send it as PDF, or each page as a picture.",
        "Ce TIFF a plusieurs pages. Veuillez l'envoyer en PDF, ou chaque page comme une image.",
    ),
    (
        "This account is disabled. Please ask your clinic.",
        "Ce compte est désactivé. Veuillez vous adresser à votre établissement.",
    ),
    (
        "This conversation is archived. Make it active again to write in it.",
        "Cette conversation est archivée. Réactivez-la pour y écrire.",
    ),
    ("This conversation is closed for good.", "Cette conversation est fermée définitivement."),
    (
        "This conversation is closed. Please open a new one.",
        "Cette conversation est fermée. Veuillez en ouvrir une nouvelle.",
    ),
    (
        "This document unpacks to far more than it should hold.",
        "Ce document contient, une fois décompressé, bien plus qu'il ne devrait.",
    ),
    (
        "This file does not fit: your files take up {} of the {} you have. Delete messages with files you no longer need, or ask whoever runs this service for more room.",
        "Il n'y a plus de place pour ce fichier : vos fichiers occupent {} sur {}. Supprimez des messages dont les fichiers ne vous servent plus, ou demandez plus de place à votre établissement.",
    ),
    (
        "This group is closed or archived, so nobody can join it now.",
        "Ce groupe est fermé ou archivé : personne ne peut le rejoindre maintenant.",
    ),
    ("This invitation was answered before.", "Cette invitation a déjà reçu une réponse."),
    ("This invitation was taken back.", "Cette invitation a été retirée."),
    ("This is not a mail address.", "Ce n'est pas une adresse e-mail."),
    (
        "This is not the name of a time zone. One is, for instance, Europe/Paris.",
        "Ce n'est pas le nom d'un fuseau horaire. En voici un exemple : Europe/Paris.",
    ),
    (
        "This is not the password that was chosen at registering.",
        "Ce n'est pas le mot de passe choisi à l'inscription.",
    ),
    ("This is you.", "C'est vous."),
    (
        "This link was used already or is too old. Please ask for a new one.",
        "Ce lien a déjà servi ou est trop ancien. Veuillez en demander un nouveau.",
    ),
    ("This message was deleted.", "Ce message a été supprimé."),
    (
        "This password is easily guessed. Try a few unrelated words.",
        "Ce mot de passe est facile à deviner. Essayez quelques mots sans rapport entre eux.",
    ),
    (
        "This person cannot take over: their account is disabled, or is that of a program.",
        "Cette personne ne peut pas prendre la suite : son compte est désactivé, ou est celui d'un programme.",
    ),
    (
        "This person declined your request. They can ask you when they change their mind.",
        "Cette personne a décliné votre demande. Elle peut vous en faire une si elle change d'avis.",
    ),
    (
        "This person no longer reads messages here. Please turn to somebody else of the clinic.",
        "Cette personne ne lit plus les messages ici. Veuillez vous adresser à quelqu'un d'autre de l'établissement.",
    ),
    (
        "This picture cannot be read: it is damaged or not complete. Please save or photograph it again.",
        "Cette image ne peut pas être lue : elle est endommagée ou incomplète. Veuillez l'enregistrer ou la photographier à nouveau.",
    ),
    (
        "This picture is not yours, was already sent, or is gone. Please upload it again.",
        "Cette image n'est pas à vous, a déjà été envoyée ou n'existe plus. Veuillez la téléverser à nouveau.",
    ),
    ("This request was answered before.", "Cette demande a déjà reçu une réponse."),
    (
        "This server sends no mail. Please ask your clinic for a new password.",
        "Ce serveur n'envoie pas d'e-mails. Veuillez demander un nouveau mot de passe à votre établissement.",
    ),
    ("This server sends no notifications to browsers.", "Ce serveur n'envoie pas de notifications aux navigateurs."),
    (
        "This tells you of messages you have not read. It goes when you read the conversation.",
        "Cette notification annonce des messages que vous n'avez pas lus. Elle disparaît quand vous lisez la conversation.",
    ),
    (
        "This text holds a character that cannot be kept (U+0000). Please leave it out.",
        "Ce texte contient un caractère qui ne peut pas être conservé (U+0000). Veuillez le retirer.",
    ),
    (
        "This username is taken. Please choose another.",
        "Ce nom d'utilisateur est déjà pris. Veuillez en choisir un autre.",
    ),
    (
        "Two of these people may not be in one group. Ask your clinic to set it up.",
        "Deux de ces personnes ne peuvent pas être dans un même groupe. Demandez à votre établissement de le créer.",
    ),
    ("Use at least {} characters for your password.", "Utilisez au moins {} caractères pour votre mot de passe."),
    ("Use at most 100 characters here.", "Utilisez au plus 100 caractères ici."),
    ("Use at most {} characters for your password.", "Utilisez au plus {} caractères pour votre mot de passe."),
    ("Use at most {} characters here.", "Utilisez au plus {} caractères ici."),
    ("What the system writes cannot be changed.", "Ce que le système écrit ne peut pas être modifié."),
    ("Write something before you send.", "Écrivez quelque chose avant d'envoyer."),
    (
        "You are the only owner of this group. Say who takes over, then you can leave.",
        "Vous êtes le seul propriétaire de ce groupe. Indiquez qui prend la suite, puis vous pourrez partir.",
    ),
    ("You asked; the other person has to answer.", "C'est vous qui avez demandé ; l'autre personne doit répondre."),
    ("You can read here, but you cannot send.", "Vous pouvez lire ici, mais pas écrire."),
    ("You cannot be a contact of yourself.", "Vous ne pouvez pas être votre propre contact."),
    ("You cannot become a contact of this person.", "Vous ne pouvez pas devenir un contact de cette personne."),
    ("You cannot block yourself.", "Vous ne pouvez pas vous bloquer vous-même."),
    ("You cannot bring in one of these people.", "Vous ne pouvez pas faire entrer l'une de ces personnes."),
    (
        "You cannot disable your own account. Another administrator can.",
        "Vous ne pouvez pas désactiver votre propre compte. Un autre administrateur le peut.",
    ),
    ("You cannot open a conversation with yourself.", "Vous ne pouvez pas ouvrir une conversation avec vous-même."),
    ("Programs have no contacts.", "Les programmes n'ont pas de contacts."),
    (
        "You cannot remove yourself. Leave the group instead.",
        "Vous ne pouvez pas vous retirer vous-même. Quittez plutôt le groupe.",
    ),
    ("You cannot write to this person.", "Vous ne pouvez pas écrire à cette personne."),
    ("You no longer take part in this conversation.", "Vous ne participez plus à cette conversation."),
    (
        "Only those who lead this group, and administrators, can take back a message of somebody else.",
        "Seuls ceux qui dirigent ce groupe et les administrateurs peuvent retirer le message d'une autre personne.",
    ),
    (
        "A card cannot be changed. Delete this message and send a new one.",
        "Une fiche ne peut pas être modifiée. Supprimez ce message et envoyez-en un nouveau.",
    ),
    (
        "A message that deletes itself cannot be passed on.",
        "Un message qui se supprime de lui-même ne peut pas être transféré.",
    ),
    (
        "Only clinicians and the staff of the clinic can send an appointment.",
        "Seuls les soignants et le personnel de l'établissement peuvent envoyer un rendez-vous.",
    ),
    ("Only clinicians can send a prescription.", "Seuls les soignants peuvent envoyer une ordonnance."),
    ("Only clinicians and students can send a case.", "Seuls les soignants et les étudiants peuvent envoyer un cas."),
    ("Say where the appointment is, or give a link.", "Indiquez où a lieu le rendez-vous, ou donnez un lien."),
    ("A link begins with https://.", "Un lien commence par https://."),
    ("An appointment ends after it begins.", "Un rendez-vous finit après avoir commencé."),
    ("Please fill in this part of the card.", "Veuillez remplir cette partie de la fiche."),
    ("Choose one emoji.", "Choisissez un emoji."),
    (
        "A message can have {} different emojis. Choose one that is there already.",
        "Un message peut avoir {} emojis différents. Choisissez-en un qui y est déjà.",
    ),
    (
        "Only who sent a message, and clinicians, can say that it is urgent.",
        "Seuls l'auteur d'un message et les soignants peuvent dire qu'il est urgent.",
    ),
    (
        "A conversation can have {} pinned messages. Take the pin off another one first.",
        "Une conversation peut avoir {} messages épinglés. Détachez-en d'abord un autre.",
    ),
    (
        "This time is over already. Choose one that is still to come.",
        "Ce moment est déjà passé. Choisissez-en un à venir.",
    ),
    ("Choose a time within a year.", "Choisissez un moment dans l'année qui vient."),
    (
        "Messages cannot delete themselves where a patient takes part.",
        "Les messages ne peuvent pas se supprimer d'eux-mêmes là où un patient participe.",
    ),
    (
        "These two people have a newer conversation. Please write there.",
        "Ces deux personnes ont une conversation plus récente. Veuillez y écrire.",
    ),
    (
        "What was passed on cannot be changed: somebody else wrote it.",
        "Ce qui a été transféré ne peut pas être modifié : quelqu'un d'autre l'a écrit.",
    ),
    (
        "A message can be edited {} times. Please send a new one.",
        "Un message peut être modifié {} fois. Veuillez en envoyer un nouveau.",
    ),
    (
        "A case must not name a patient who does not take part in it. Please leave the name out.",
        "Un cas ne doit pas nommer un patient qui n'y participe pas. Veuillez omettre le nom.",
    ),
];
