import {judgeStageName} from './judge.ts';
import {rephraseStageName} from './rephrase.ts';

/** What a schema of the spec says of answers does not hold for those who judge and rephrase. */
export function isFreeStage(stage: string | undefined): boolean {
	return stage === judgeStageName || stage === rephraseStageName;
}
