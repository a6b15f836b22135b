/** Says that a state file is ours; it is the first key, so that a look at the beginning is enough. */
export const stateFormat = 'promptbatch-tui run';

/**
 * Rises when an older version could misread the file. 1: no requests but those of the spec, one call each. 2: stages
 * add some, calls and answers may be shared.
 */
export const stateVersion = 2;
