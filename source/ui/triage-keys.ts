import type {Binding} from './binding.ts';

/** Marks, the order of the list, and what is done with the requests that they choose. */
export const triageKeys: readonly Binding[] = [];
