# Topics, and the ways to the lists.
nav-topics = Topics
topics-title = Topics
topics-lead = Choose a topic to read the answers about it.
topics-note = Each claim has one topic, which an editor chose.
topic-none = There are no answers on this topic yet.
claim-topic = Topic:
home-topics = Read by topic
home-places = Or look by province and ward
foot-read = Read
foot-check = Check on us
foot-about = About this site
foot-api = For programs

# Names of topics (the first ones are in desk.ftl), and what each is about.
d-topic-food = Food and drink
d-topic-environment = Environment
d-topic-traffic = Roads and traffic
d-topic-services = Public services and papers
d-topic-education = Schools
d-topic-money = Money and prices
d-topic-technology = Internet and technology
topic-about-epidemic = Outbreaks, vaccines, quarantine, new cases.
topic-about-health = Medicine, cures, hospitals, health insurance.
topic-about-food = What is safe to eat and drink, and what was recalled.
topic-about-disaster = Storms, floods, earthquakes, fires, weather warnings.
topic-about-environment = Air, water, waste, trees, climate.
topic-about-traffic = Roads, vehicles, licences, fines, accidents.
topic-about-city = Power, water, rubbish, streets and building in the city.
topic-about-services = Papers, fees, identity cards, registration, how to apply.
topic-about-education = Schools, exams, fees, holidays.
topic-about-money = Prices, banks, wages, taxes, benefits.
topic-about-scam = Messages, calls and sites that take money or personal data.
topic-about-technology = Telephones, social networks, software, pictures and videos made by machines.
topic-about-other = What belongs to none of the topics above.

# The list of organisations.
orgs-title = Organisations taking part
orgs-lead = Those who check claims together and sign the answers here.
orgs-none = There are no organisations yet.
orgs-rule = None of them decides alone, and none signs an answer about itself.
