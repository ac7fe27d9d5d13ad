-- What is asked every minute or of every mail must not cost more for every case that there ever was.

CREATE INDEX doubts_open ON doubts (year, number) WHERE verdict = 'doubt';
CREATE INDEX doubts_became ON doubts (became) WHERE became <> '';
CREATE INDEX doubts_original ON doubts (original) WHERE original <> '';
CREATE INDEX incoming_original ON incoming (original) WHERE original <> '';
CREATE INDEX outgoing_unsent ON outgoing (state) WHERE state IN ('queued','maybe','failed');
CREATE INDEX seen_reference ON seen (reference) WHERE reference <> '';
CREATE INDEX replies_day ON replies (day);
