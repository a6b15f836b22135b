import type {Binding} from './binding.ts';

/** Single requests taken out, batches, and what covers the panes. */
export const recordKeys: readonly Binding[] = [];
