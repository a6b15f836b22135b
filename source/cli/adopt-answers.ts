import {readBatchLine} from '../api/batch-line.ts';
import {readChoices, readUsage} from '../domain/answer.ts';
import type {BatchLine} from '../domain/batch-ports.ts';
import type {AttemptAnswered} from '../domain/event.ts';
import {encodeEvent} from '../domain/event-line.ts';
import {isOpen} from '../domain/open-count.ts';
import type {Journal} from '../domain/ports.ts';
import {reduce} from '../domain/reduce.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import {judge} from '../domain/verdict.ts';
import {askingOf} from '../spec/asking-of.ts';
import {createHashIndex} from '../spec/hash-index.ts';
import {readInputLines} from '../spec/input-lines.ts';
import type {Spec} from '../spec/spec.ts';
import {specError} from '../spec/spec-error.ts';
import {count, plural} from '../view/format.ts';
import {systemClock} from './system-clock.ts';

export type Adopter = {
	readonly spec: Spec;
	readonly state: RunState;
	readonly source: RequestSource;
	readonly journal: Journal;
};

const flushEvery = 256;

/**
 * Takes the answers of a batch that was run elsewhere over, each for the request whose id is its custom_id. They
 * were asked and paid for there: no attempt of this run, no cost, no tokens. A failure, an answer that the spec does
 * not take, and a request that has its outcome are left alone. Nothing is on record before the whole file was read
 * once. Resolves to a sentence for the person.
 */
export async function adoptAnswers(file: string, adopter: Adopter): Promise<string> {
	const {spec, state, source, journal} = adopter;
	refuseRounds(spec);
	const indexOf = findById(source);
	await refuseForeign(file, spec, indexOf);
	const counts = {adopted: 0, settled: 0, failed: 0, unusable: 0, unknown: 0};
	for await (const {text} of readInputLines(file)) {
		const line = readBatchLine(text, spec.endpoint, null);
		const index = indexOf(line.customId!);
		const found = index === null ? 'unknown' : isOpen(state, index) ? verdictOn(line, spec) : 'settled';
		counts[found]++;
		if (found === 'adopted') {
			const event = adoptedEvent(line, index!, adopter);
			reduce(state, event, journal.append(encodeEvent(event)));
			state.journalEnd = journal.end;
			if (counts.adopted % flushEvery === 0) {
				journal.flush();
			}
		}
	}

	journal.flush();
	return sentenceOf(file, counts);
}

/** Answers of several rounds or stages do not stand in one line. */
function refuseRounds(spec: Spec): void {
	if (askingOf(spec) !== null) {
		throw new UserError(
			`--adopt: ${spec.path} asks a request more than once, and a line of a batch output is one answer.`,
			'Leave --adopt out.',
		);
	}
}

function findById(source: RequestSource): (id: string) => number | null {
	if (source.hasIds === false) {
		return id => (/^(0|[1-9]\d{0,8})$/.test(id) && Number(id) < source.count ? Number(id) : null);
	}

	const ids = createHashIndex(source.count);
	for (let index = 0; index < source.count; index++) {
		ids.set(ids.slot(source.id(index)), index);
	}

	return id => {
		const index = ids.get(ids.slot(id));
		return index < 0 ? null : index;
	};
}

/** Looks at every line before any is taken. */
async function refuseForeign(
	file: string,
	spec: Spec,
	indexOf: (id: string) => number | null,
): Promise<void> {
	let first: string | null = null;
	let isKnown = false;
	for await (const {text, line} of readInputLines(file)) {
		const {customId} = readBatchLine(text, spec.endpoint, null);
		if (customId === null) {
			throw specError(
				`${file}:${line}`,
				'the line has no `custom_id`, so it is none of a batch output',
				'Give the output file of a batch, as the API gave it.',
			);
		}

		first ??= customId;
		isKnown ||= indexOf(customId) !== null;
	}

	if (first === null) {
		throw specError(`${file}:1`, 'the file is empty', 'Give the output file of a batch.');
	}

	if (!isKnown) {
		throw specError(
			`${file}:1`,
			`no \`custom_id\` is the id of a request of ${spec.path}, neither \`${first}\` nor any other`,
			'Its rows need the `id` or `custom_id` that the batch was made with.',
		);
	}
}

function verdictOn({outcome}: BatchLine, spec: Spec): 'adopted' | 'failed' | 'unusable' {
	if (outcome?.kind !== 'answered') {
		return 'failed';
	}

	const choices = readChoices(spec.endpoint, outcome.body);
	return judge({choices}, spec.answer, spec.schemaCheck).kind === 'usable' ? 'adopted' : 'unusable';
}

function adoptedEvent({outcome}: BatchLine, index: number, {state, source}: Adopter): AttemptAnswered {
	if (outcome?.kind !== 'answered') {
		throw new Error('only an answer can be adopted');
	}

	const usage = readUsage(outcome.body.usage);
	const at = systemClock.now();
	return {
		type: 'attempt-answered',
		at,
		index,
		lane: 'batch',
		startedAt: at,
		requestId: outcome.requestId,
		usage: usage ?? {input: 0, cached: 0, output: 0},
		usageEstimated: usage === null,
		allowed: null,
		costPico: 0,
		batchId: null,
		previous: state.columns.offset[index]!,
		adopted: source.queueOf(index),
		raw: outcome.raw,
	};
}

function sentenceOf(
	file: string,
	counts: {readonly [K in 'adopted' | 'settled' | 'failed' | 'unusable' | 'unknown']: number},
): string {
	const rest = [
		[counts.settled, 'of requests that have their outcome'],
		[counts.failed, 'with a failure, which are asked'],
		[counts.unusable, 'whose answer the spec does not take, which are asked'],
		[counts.unknown, 'of no request of this spec'],
	] as const;
	const left = rest.filter(([amount]) => amount > 0).map(([amount, what]) => `${count(amount)} ${what}`);
	const others = left.length === 0 ? '' : `; lines left: ${left.join(', ')}`;
	return `${plural(counts.adopted, 'answer')} of ${file} adopted, at no cost to this run${others}`;
}
