import type {Prompt} from './prompt.ts';

/** The `pack` key of a spec, checked. */
export type PackRules = {
	/** Input tokens of one call; null: only the items are counted. */
	readonly tokens: number | null;
	/** @default 25 */
	readonly items: number;
	/** By prompt: the placeholder that holds the item. */
	readonly textOf: ReadonlyMap<Prompt, string>;
	/** Share of the items that are also asked alone. @default 0 */
	readonly audit: number;
	/** Packing goes off when the audited answers surely agree less often. @default 0.8 */
	readonly minAgreement: number;
	/** The field of the answer by which two are compared; null: all of it. */
	readonly label: string | null;
	readonly vote: VoteRules | null;
};

/** Fields of a body that mean one answer to one question: who has them goes alone. */
export const loneFields = [
	'tools',
	'functions',
	'stop',
	'logprobs',
	'top_logprobs',
	'modalities',
] as const satisfies readonly string[];

/** The `vote` key. */
export type VoteRules = {
	readonly rounds: number;
	/** An item leaves after two equal and confident rounds. @default true */
	readonly stopsEarly: boolean;
};
