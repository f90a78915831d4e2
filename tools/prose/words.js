'use strict';
// Words that extpost does not use in documents and messages, and what to write instead.

module.exports = [
  { pattern: /\bstands?\b(?!-| for\b)/, instead: '"is" or "means"' },
  { pattern: /\bby (?:itself|themselves)\b/, instead: '"automatically" or "on its own"' },
  { pattern: /\banew\b/, instead: '"again"' },
  { pattern: /\bmend(?:s|ed|ing)?\b/, instead: '"fix" or "repair"' },
  { pattern: /\ball the same\b/, instead: '"still" or "anyway"' },
  { pattern: /\bso (?:many|long|much of)\b/, instead: 'the number, or "this many", "this long"' },
  { pattern: /\bwhole\b(?! numbers?\b)/, instead: '"complete", "entire" or "all of"' },
  { pattern: /\ba person\b|\bpersons\b/, instead: 'the role: "an operator", "a designer", "a reviewer"' },
  { pattern: /\bto be had\b|\bbe had\b/, instead: '"available", or the verb: "cannot be fetched"' },
  { pattern: /\bcomes? again\b/, instead: '"is sent again" or "retries"' },
  { pattern: /\b(?:an|the|one|each|this) acts?\b/, instead: '"action"' },
  { pattern: /\banswers (?:this|these)\b/, instead: '"matches"' },
  { pattern: /\bthe gate\b/, instead: 'what is enabled or disabled' },
  { pattern: /\bgo(?:es)? on\b/, instead: '"continue"' },
  { pattern: /\bgo(?:es)? out\b/, instead: '"is delivered"' },
  { pattern: /\b(?:give|gives|gave|given) up\b/, instead: '"abandon" for a task, "stop" otherwise' },
  { pattern: /\bsee whether\b|\blook whether\b/, instead: '"check whether"' },
  { pattern: /\bsaid? --/, instead: '"use --"' },
  { pattern: /\b(?:is|are|was|were) as (?:it|they) (?:was|were)\b/, instead: '"has not changed"' },
  { pattern: /\bonly one may\b/, instead: '"choose one"' },
  { pattern: /\bvery (?:bytes|same|files?)\b/, instead: '"exactly the same"' },
  { pattern: /\b(?:whilst|thereof|therein|wherein|hitherto|amongst)\b/, instead: 'a shorter word' },
  { pattern: /\butili[sz]e[sd]?\b|\bleverag(?:e[sd]?|ing)\b/, instead: '"use"' },
  { pattern: /\b(?:simply|obviously|of course)\b/, instead: 'nothing' },
];
