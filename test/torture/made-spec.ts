/** What a round runs, all of it drawn from its seed. */
export type MadeSpec = {
	readonly kind: SpecKind;
	/** What is in it, in a few words. */
	readonly about: string;
	readonly files: {readonly [name: string]: string};
	/** Of the simulator. */
	readonly script: string;
	/** Answers and replies that get lost on their way, in percent. */
	readonly lossPercent: number;
	/** Requests of the spec itself, without what its stages add. */
	readonly requests: number;
	/** The same body may be asked again although its answer is on record: opinions, votes, a task that says so. */
	readonly repeats: boolean;
	readonly sharesCalls: boolean;
	readonly concurrency: number;
	/** Holds until it is reached, and is lifted then; null: none. */
	readonly ceilingUsd: number | null;
};

export const specKinds = ['direct', 'batch', 'packed', 'staged', 'mixed'] as const;

export type SpecKind = (typeof specKinds)[number];

type Random = () => number;

/** Picodollars per token, as the spec below says it. A batch reads its cache at half of the cached price. */
export const tokenPrices = {
	direct: {input: 2_500_000n, cached: 1_250_000n, output: 10_000_000n},
	batch: {input: 1_250_000n, cached: 625_000n, output: 5_000_000n},
} as const;

const always = `prices: {input: 2.5, cached_input: 1.25, output: 10, batch_input: 1.25, batch_output: 5}
retry: {max_retries: 20, max_waits: 200, initial_s: 0.02, max_s: 0.1, timeout_s: 5}
guard: {min_pass_ratio: 0, max_pass_failures: 100000, process_failed_batches: -1}
`;

const schema = `schema:
  type: object
  properties: {topic: {type: string, enum: [card, transfer, other]}}
  required: [topic]
  additionalProperties: false
`;

const judge = `judge:
  judges: {strict: {model: gpt-4.1, params: {max_tokens: 5}}}
  templates: {good: "Is it good? {INPUT_PROMPT} {OUTPUT_RESPONSE}"}
`;

const rephrase = `rephrase:
  models: {w: {model: gpt-4.1, params: {max_tokens: 9}}}
  templates: ["Say it anew: {INPUT_PROMPT}"]
`;

/** Answers are judged after a while, one is asked once more, one fails, and some are followed up. */
function taskOf(requests: number): string {
	return `import {defineTask} from 'promptbatch-tui/task';
export default defineTask({
	async *requests() {
		for (let n = 0; n < ${requests}; n++) {
			if (n % 16 === 15) await new Promise(resolve => setTimeout(resolve, 20));
			yield {id: 'n' + n, prompt: 'Say ' + n, input: {n}};
		}
	},
	async accept(answer, {id, input, attempts}) {
		if (input.n % 3 === 0) await new Promise(resolve => setTimeout(resolve, input.n % 20));
		if (input.n % 17 === 1 && attempts === 1) return {retry: 'once more'};
		if (input.n % 19 === 2) return {fail: 'not this one'};
		const followUps = input.n % 7 === 3 ? [{id: 'after-' + id, prompt: 'After ' + id, input: {n: 1000}}] : [];
		return {value: input.n, followUps};
	},
});
`;
}

export function makeSpec(kind: SpecKind, random: Random): MadeSpec {
	const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
	const chance = (share: number) => random() < share;
	const concurrency = between(3, 12);
	const about: string[] = [];
	const use = (isUsed: boolean, word: string, text: string) => {
		if (isUsed) {
			about.push(word);
		}

		return isUsed ? text : '';
	};

	const isPacked = kind === 'packed' || (kind === 'mixed' && chance(0.3));
	const byTask = kind === 'staged' && chance(0.4);
	const votes = isPacked && chance(0.4);
	const opinions = !isPacked && !byTask && (kind === 'direct' || kind === 'mixed') && chance(0.3);
	const hasCeiling = chance(0.3);
	const models =
		!byTask && (kind === 'mixed' || chance(0.3)) ? ['gpt-4o-mini', 'gpt-4.1-mini'] : ['gpt-4o-mini'];
	const lane = laneOf(kind, between);
	const repeats = !isPacked && !byTask && !opinions && chance(0.3) ? 3 : 1;
	const dedupe = repeats > 1 && chance(0.7);
	const rows = between(...sizeOf(kind, opinions || votes));
	const args = Array.from({length: rows}, (_, row) => {
		const different = Math.floor(row / repeats);
		return `  - {n: "what about case ${different}, my friend ${different * 7}?"}`;
	}).join('\n');
	const body = byTask
		? 'task: ./task.mjs\nparams: {max_tokens: 8}\n'
		: `prompts: "Say {{n}}"\nparams: {max_tokens: ${isPacked ? 40 : 8}}\nargs:\n${args}\n`;
	const isJudged = kind === 'staged' && !byTask && chance(0.6);
	const parts = [
		`model: [${models.join(', ')}]\n`,
		body,
		always,
		lane,
		use(isPacked, 'packs', `${schema}pack: {items: ${between(3, 8)}, audit: 10%, min_agreement: 0}\n`),
		use(votes, 'votes', `vote: {rounds: ${between(2, 3)}, early_stop: false}\n`),
		use(opinions, 'opinions', 'opinions: {min: 2, max: 3}\n'),
		use(repeats > 1, dedupe ? 'dedupe' : 'repeats', `dedupe: ${dedupe}\n`),
		use(isJudged, 'judges', judge),
		use(kind === 'staged' && !byTask && (!isJudged || chance(0.4)), 'rephrase', rephrase),
		use(chance(0.3), 'parts', `output: {parts: {max_entries: ${between(10, 60)}}}\n`),
	];
	about.unshift(`${byTask ? 'a task of ' : ''}${rows} rows × ${models.length}`);
	use(hasCeiling, 'a ceiling', '');
	return {
		kind,
		about: about.join(', '),
		files: {
			'spec.yaml': `${parts.join('')}rate: {concurrency: ${concurrency}}\n`,
			...(byTask && {'task.mjs': taskOf(rows)}),
		},
		script: scriptOf(kind, {between, chance}),
		lossPercent: between(0, 6),
		requests: byTask ? 0 : rows * models.length,
		// Of two prompts that are alike, stages ask the same.
		repeats: votes || opinions || isPacked || kind === 'staged' || (repeats > 1 && !dedupe),
		sharesCalls: isPacked,
		concurrency,
		ceilingUsd: hasCeiling ? (rows * models.length * between(20, 90)) / 1e6 : null,
	};
}

type Between = (low: number, high: number) => number;

function sizeOf(kind: SpecKind, isRepeated: boolean): readonly [number, number] {
	switch (kind) {
		case 'direct':
			return isRepeated ? [30, 60] : [80, 160];
		case 'batch':
			return [100, 240];
		case 'packed':
			return isRepeated ? [60, 100] : [120, 200];
		case 'staged':
			return [25, 60];
		case 'mixed':
			return isRepeated ? [40, 70] : [60, 100];
	}
}

function laneOf(kind: SpecKind, between: Between): string {
	const batch = `batch: {min_requests: ${between(15, 25)}, max_requests: ${between(25, 70)}, poll_s: 0.1, max_unpushed: ${between(1, 3)}}\n`;
	switch (kind) {
		case 'direct':
			return 'mode: direct\n';
		case 'batch':
			return `mode: batch\n${batch}`;
		case 'packed':
		case 'staged':
			return between(0, 2) === 0 ? `mode: batch\n${batch}` : 'mode: direct\n';
		case 'mixed':
			return `mode: auto\n${batch}`;
	}
}

function scriptOf(
	kind: SpecKind,
	{between, chance}: {readonly between: Between; readonly chance: (share: number) => boolean},
): string {
	const low = between(5, 60);
	const parts = [
		`seed=${between(1, 1e6)}`,
		`latency=${low}..${low + between(10, 120)}ms`,
		`429=${between(0, 5)}%`,
		`500=${between(0, 6)}%`,
		`503=${between(0, 3)}%`,
		`html=${between(0, 2)}%`,
		`empty=${between(0, 2)}%`,
		`malformed=${between(0, 2)}%`,
		`refusal=${between(0, 1)}%`,
		`batch=${between(200, 700)}ms`,
		...(chance(0.7) ? ['shuffle'] : []),
	];
	if (kind === 'batch' || kind === 'mixed') {
		parts.push(
			`expire=${between(0, 1)}`,
			`create_502=${between(0, 1)}`,
			`missing=${chance(0.3) ? between(1, 3) : 0}`,
		);
	}

	return parts.join(',');
}
