"""The sentences behind Netvisor's codes in English, Finnish and Swedish.

The vendor has published very few of its own. Those that are known by their sense are worded after it; all others are
the simulator's.
"""

from __future__ import annotations

LEAD_IN = ("Data form incorrect:.", "Tietojen muoto virheellinen:.", "Fel i datans form:.")

TEXTS: dict[str, tuple[str, str, str]] = {
    "line": ("Line {}:", "Rivi {}:", "Rad {}:"),
    # Who asks.
    "maintenance": (
        "The service is down for maintenance, please try again later",
        "Palvelussa on huoltokatko, yritä myöhemmin uudelleen",
        "Tjänsten är stängd för underhåll, försök igen senare",
    ),
    "too-fast": (
        "Too many requests, please try again later",
        "Liian monta pyyntöä, yritä myöhemmin uudelleen",
        "För många anrop, försök igen senare",
    ),
    "header-missing": (
        "The HTTP header {} is missing or empty",
        "HTTP-otsake {} puuttuu tai on tyhjä",
        "HTTP-rubriken {} saknas eller är tom",
    ),
    "partner-unknown": (
        "Integration partner not found, see documentation",
        "Integraatiokumppania ei löydy, katso dokumentaatio",
        "Integrationspartnern hittas inte, se dokumentationen",
    ),
    "customer-unknown": (
        "Integration user not found, see documentation",
        "Integraatiokäyttäjää ei löydy, katso dokumentaatio",
        "Integrationsanvändaren hittas inte, se dokumentationen",
    ),
    "customer-revoked": (
        "Integration keys are not valid. The integration identifier has been revoked",
        "Integraatioavaimet eivät kelpaa. Rajapintatunnus on poistettu käytöstä",
        "Integrationsnycklarna är ogiltiga. Gränssnittsidentifieraren har återkallats",
    ),
    "organisation-unknown": (
        "No company with the organisation identifier {} is found for this integration user",
        "Y-tunnuksella {} ei löydy yritystä tälle integraatiokäyttäjälle",
        "Inget företag med FO-nummer {} hittas för integrationsanvändaren",
    ),
    "algorithm-unknown": (
        "The MAC algorithm {} is not supported. Supported: {}",
        "MAC-algoritmia {} ei tueta. Tuetut: {}",
        "MAC-algoritmen {} stöds inte. Stöds: {}",
    ),
    "timestamp-bad": (
        "The time stamp {} is not valid",
        "Aikaleima {} ei kelpaa",
        "Tidsstämpeln {} är ogiltig",
    ),
    "timestamp-old": (
        "The time stamp {} differs from the time of the service by more than {} seconds",
        "Aikaleima {} poikkeaa palvelun ajasta yli {} sekuntia",
        "Tidsstämpeln {} avviker från tjänstens tid med mer än {} sekunder",
    ),
    "mac-echo": (
        "URI method is not valid, see documentation. Calculate the MAC of this text: {}&YOUR_PRIVATE_KEY_HERE :: {}",
        "URI-metodi ei kelpaa, katso dokumentaatio. Laske MAC-tiiviste merkkijonosta: {}&YOUR_PRIVATE_KEY_HERE :: {}",
        "URI-metoden är ogiltig, se dokumentationen. Räkna MAC av denna text: {}&YOUR_PRIVATE_KEY_HERE :: {}",
    ),
    "keys-invalid": (
        "Integration keys are not valid. Please check the keys specific to the user and partner",
        "Integraatioavaimet eivät kelpaa. Tarkista käyttäjä- ja kumppanikohtaiset avaimet",
        "Integrationsnycklarna är ogiltiga. Kontrollera användarens och partnerns nycklar",
    ),
    "not-unique": (
        "The transaction identifier {} has already been used",
        "Tapahtumatunniste {} on jo käytetty",
        "Transaktionsidentifieraren {} har redan använts",
    ),
    "no-right": (
        "The integration has no right to use the resource {}",
        "Integraatiolla ei ole oikeutta käyttää resurssia {}",
        "Integrationen har inte rätt att använda resursen {}",
    ),
    "resource-unknown": (
        "The resource {} does not exist",
        "Resurssia {} ei ole",
        "Resursen {} finns inte",
    ),
    "method-wrong": (
        "The resource {} is called with {}",
        "Resurssia {} kutsutaan metodilla {}",
        "Resursen {} anropas med {}",
    ),
    # How it is asked.
    "xml": (
        "XML message validation failed. The XML could not be validated: {}",
        "XML-sanoman validointi epäonnistui. XML:ää ei voitu validoida: {}",
        "Valideringen av XML-meddelandet misslyckades. XML kunde inte valideras: {}",
    ),
    "too-long": (
        "The element {} takes at most {} characters, {} were given",
        "Elementtiin {} mahtuu enintään {} merkkiä, annettu {}",
        "Elementet {} rymmer högst {} tecken, {} angavs",
    ),
    "too-large": ("a number is too large", "luku on liian suuri", "ett tal är för stort"),
    "parameter-missing": (
        "The parameter {} is missing",
        "Parametri {} puuttuu",
        "Parametern {} saknas",
    ),
    "parameter-bad": (
        "The parameter {} has the value {}, which is not valid",
        "Parametrin {} arvo {} ei kelpaa",
        "Parametern {} har värdet {}, som är ogiltigt",
    ),
    "too-many": (
        "The parameter {} takes at most {} values",
        "Parametriin {} mahtuu enintään {} arvoa",
        "Parametern {} tar högst {} värden",
    ),
    # Bookkeeping.
    "date-bad": ("the date {} does not exist", "päivämäärää {} ei ole", "datumet {} finns inte"),
    "period-locked": (
        "The accounting period of {} is locked until {}",
        "Päivän {} kirjanpitokausi on lukittu {} asti",
        "Bokföringsperioden för {} är låst till {}",
    ),
    "no-period": (
        "there is no accounting period for the date {}",
        "päivälle {} ei ole tilikautta",
        "det finns ingen räkenskapsperiod för datumet {}",
    ),
    "account-unknown": ("account {} not found", "tiliä {} ei löydy", "konto {} hittas inte"),
    "vat-code-unknown": ("VAT code {} does not exist", "ALV-tunnusta {} ei ole", "momskoden {} finns inte"),
    "vat-percent-misfit": (
        "VAT code {} does not allow VAT percent {}",
        "ALV-tunnus {} ei salli ALV-prosenttia {}",
        "momskoden {} tillåter inte momsprocenten {}",
    ),
    "vat-code-missing": (
        "no VAT code was given, and the account {} has none",
        "ALV-tunnusta ei annettu, eikä tilillä {} ole sitä",
        "ingen momskod angavs, och kontot {} har ingen",
    ),
    "dimension-unknown": (
        "the dimension {} has no item {}",
        "laskentakohteella {} ei ole kohdetta {}",
        "kostnadsstället {} har ingen post {}",
    ),
    "decimals": (
        "the sum {} has more than two decimals",
        "summassa {} on yli kaksi desimaalia",
        "summan {} har fler än två decimaler",
    ),
    "line-type": (
        "the type of the line sum is {}, the calculation mode is {}",
        "rivisumman tyyppi on {}, laskentatapa {}",
        "radsummans typ är {}, beräkningssättet {}",
    ),
    "one-sided": (
        "the voucher must have a debit and a credit side",
        "tositteella on oltava debet- ja kredit-puoli",
        "verifikatet måste ha en debet- och en kreditsida",
    ),
    "unbalanced": (
        "debit and credit of the voucher differ by {}",
        "tositteen debet ja kredit eroavat {}",
        "verifikatets debet och kredit skiljer sig med {}",
    ),
    "class-unknown": (
        "voucher class {} not found",
        "tositelajia {} ei löydy",
        "verifikatslaget {} hittas inte",
    ),
    "number-taken": (
        "Voucher number {} of the class {} is already used",
        "Tositelajin {1} tositenumero {0} on jo käytössä",
        "Verifikatnumret {} i slaget {} används redan",
    ),
    "number-element": (
        "XML message validation failed. The XML could not be validated: element 'vouchernumber' is not expected",
        "XML-sanoman validointi epäonnistui. XML:ää ei voitu validoida: element 'vouchernumber' is not expected",
        "Valideringen av XML-meddelandet misslyckades. XML kunde inte valideras: 'vouchernumber' is not expected",
    ),
    "voucher-unknown": ("voucher {} not found", "tositetta {} ei löydy", "verifikatet {} hittas inte"),
    "voucher-void": (
        "voucher {} has been invalidated already",
        "tosite {} on jo mitätöity",
        "verifikatet {} har redan makulerats",
    ),
    "not-base64": (
        "the attachment {} is not Base64",
        "liite {} ei ole Base64-muodossa",
        "bilagan {} är inte Base64",
    ),
    # Invoices and payments.
    "term-missing": (
        "neither a due date nor a payment term was given",
        "eräpäivää tai maksuehtoa ei annettu",
        "varken förfallodag eller betalningsvillkor angavs",
    ),
    "status-misfit": (
        "the status {} does not fit the invoice type {}",
        "tila {} ei sovi laskutyyppiin {}",
        "statusen {} passar inte fakturatypen {}",
    ),
    "line-missing": (
        "the invoice has no product line",
        "laskulla ei ole tuoteriviä",
        "fakturan har ingen produktrad",
    ),
    "vat-sum-missing": (
        "a line sum was given without its VAT sum",
        "rivisumma annettiin ilman ALV-summaa",
        "en radsumma angavs utan momssumma",
    ),
    "draft-extras": (
        "a draft takes neither a number nor voucher lines",
        "luonnokselle ei voi antaa numeroa eikä tositerivejä",
        "ett utkast tar varken nummer eller verifikatrader",
    ),
    "invoice-taken": (
        "Sales invoice number {} is already used",
        "Myyntilaskunumero {} on jo käytössä",
        "Försäljningsfakturanumret {} används redan",
    ),
    "invoice-unknown": (
        "Sales invoice not found with {} {}",
        "Myyntilaskua ei löydy: {} {}",
        "Försäljningsfaktura hittas inte: {} {}",
    ),
    "invoice-paid": (
        "Sales invoice {} is already paid",
        "Myyntilasku {} on jo maksettu",
        "Försäljningsfakturan {} är redan betald",
    ),
    "invoice-closed": (
        "Sales invoice {} has the status {} and takes no payment",
        "Myyntilaskun {} tila on {}, eikä sille voi kohdistaa suoritusta",
        "Försäljningsfakturan {} har statusen {} och tar ingen betalning",
    ),
    "invoice-unsent": (
        "Sales invoice {} is unsent and does not accept partial payments",
        "Myyntilasku {} on lähettämättä eikä hyväksy osasuorituksia",
        "Försäljningsfakturan {} är inte skickad och godkänner inte delbetalningar",
    ),
    "invoice-has-payments": (
        "Sales invoice {} has payments and can not be changed",
        "Myyntilaskulla {} on suorituksia, eikä sitä voi muuttaa",
        "Försäljningsfakturan {} har betalningar och kan inte ändras",
    ),
    "sum-misfit": (
        "the sum {} does not fit the open sum {} of sales invoice {}",
        "summa {} ei vastaa myyntilaskun {2} avointa summaa {1}",
        "summan {} motsvarar inte den öppna summan {} på försäljningsfakturan {}",
    ),
    "currency-unknown": ("currency {} not found", "valuuttaa {} ei löydy", "valutan {} hittas inte"),
    "no-rate": (
        "no exchange rate is known for the currency {} (the simulator has no bank that publishes rates)",
        "valuutalle {} ei ole kurssia (simulaattorilla ei ole pankkia, joka julkaisisi kurssit)",
        "ingen kurs är känd för valutan {} (simulatorn har ingen bank som publicerar kurser)",
    ),
    "method-unknown": (
        "payment method {} not found",
        "maksutapaa {} ei löydy",
        "betalningssättet {} hittas inte",
    ),
    "bank-unknown": ("bank account {} not found", "pankkitiliä {} ei löydy", "bankkontot {} hittas inte"),
    "advances-missing": (
        "a payment of an order needs overridesalesreceivableaccountnumber",
        "tilauksen suoritus vaatii tiedon overridesalesreceivableaccountnumber",
        "en betalning av en order kräver overridesalesreceivableaccountnumber",
    ),
    "lines-misfit": (
        "the voucher lines come to {}, the sum of the payment is {}",
        "tositerivien summa on {}, suorituksen summa {}",
        "verifikatraderna blir {}, betalningens summa är {}",
    ),
    "payment-unknown": (
        "Sales payment {} not found",
        "Myyntisuoritusta {} ei löydy",
        "Försäljningsbetalningen {} hittas inte",
    ),
    "payment-targeted": (
        "Sales payment {} has been targeted already",
        "Myyntisuoritus {} on jo kohdistettu",
        "Försäljningsbetalningen {} har redan riktats",
    ),
    "credit-note-misfit": (
        "sales invoice {} can not be matched with credit note {}: both must be open and in one currency",
        "myyntilaskua {} ei voi kohdistaa hyvityslaskuun {}: molempien on oltava avoimia ja samassa valuutassa",
        "försäljningsfakturan {} kan inte riktas mot kreditnotan {}: båda måste vara öppna och i samma valuta",
    ),
}
