import {promptSharing} from '../domain/prompt-sharing.ts';
import type {Sharing} from '../domain/sharing.ts';
import type {Spec} from '../spec/spec.ts';

/** How the requests of a spec share calls; null: each has one of its own. */
export function sharingOf({promptsPerCall}: Pick<Spec, 'promptsPerCall'>): Sharing | null {
	return promptsPerCall > 1 ? promptSharing(promptsPerCall) : null;
}
