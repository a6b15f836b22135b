import {expect, test} from 'vitest';
import {decodeEvent} from '../../source/domain/event-line.ts';
import {opinionsAsking} from '../../source/domain/opinions.ts';
import {createRounds} from '../../source/domain/rounds.ts';
import {lastRoundSource, roundsSource} from '../../source/domain/rounds-source.ts';
import {turnsAsking} from '../../source/domain/turns.ts';
import {detailLines} from '../../source/ui/detail-lines.ts';
import {summaryLines} from '../../source/ui/panes/detail.tsx';
import {createDumper} from '../../source/view/attempt-dump.ts';
import {buildDetail} from '../../source/view/build-detail.ts';
import {recordText} from '../../source/view/record-text.ts';
import {
	answered,
	createFixture,
	type Fixture,
	type FixtureOptions,
	failed,
} from '../engine/engine-fixture.ts';
import {createSource} from '../engine/scripted-source.ts';
import {pass} from '../engine/triage-fixture.ts';

const messages = [{role: 'user', content: 'one'}];

/** What a session holds of a run beside its state. */
function partsOf(fixture: Fixture, {asking, turns}: Pick<FixtureOptions, 'asking' | 'turns'>) {
	const offsets = new Map<number, string>();
	let end = 0;
	for (const line of fixture.lines) {
		offsets.set(end, line);
		end += Buffer.byteLength(line) + 1;
	}

	const readEvent = (offset: number, body: boolean) => decodeEvent(offsets.get(offset) ?? '', {body});
	const first = createSource(1, ['m'], () => ({messages}), 'chat', turns);
	const {state} = fixture;
	const rounds = createRounds({
		asking: asking!,
		state,
		readEvent: offset => readEvent(offset, true),
		endpoint: 'chat',
		check: null,
	});
	return {readEvent, first, rounds, source: roundsSource(first, state, rounds)};
}

function detailOf(fixture: Fixture, options: Pick<FixtureOptions, 'asking' | 'turns'>) {
	const {readEvent, rounds, source} = partsOf(fixture, options);
	const shown = lastRoundSource(source, fixture.state, rounds, offset => readEvent(offset, false));
	return buildDetail(fixture.state, shown, readEvent, {endpoint: 'chat'}, 0, rounds);
}

const textOf = (lines: readonly (readonly {readonly text: string}[])[]) =>
	lines.map(line => line.map(({text}) => text).join('')).join('\n');

test('of opinions shows every answer, what they come to, and what all of them took', async () => {
	const asking = opinionsAsking({min: 3, max: 5, confidence: 0.78, label: null, clear: null});
	const fixture = createFixture({
		count: 1,
		asking,
		staysWhenDone: true,
		script: (_, attempt) => ({
			afterMs: 10,
			outcome: attempt === 2 ? failed('invalid_request', 400) : answered('joy'),
		}),
	});
	await pass(fixture, 1000);
	const detail = detailOf(fixture, {asking});
	expect(detail).toMatchObject({
		status: 'done',
		answers: ['joy', '400 invalid_request: invalid_request said the server', 'joy', 'joy'],
		usage: {input: 30, output: 15},
		rounds: {summary: 'joy, said by 3 of 3: clear'},
		error: null,
	});
	expect(detail.costUsd).toBeCloseTo((3 * (10 * 2.5 + 5 * 10)) / 1e6, 12);
	expect(detail.attempts.map(({round}) => round)).toEqual([1, 2, 3, 4]);
	expect(textOf(detailLines(detail, 'answer', 80))).toContain('joy, said by 3 of 3: clear');
	expect(textOf(detailLines(detail, 'answer', 80))).toContain('round 4\njoy');
	expect(textOf(detailLines(detail, 'attempts', 80))).toContain('round 2  direct  400 invalid_request');
	expect(textOf(summaryLines({detail, note: '', id: '0', status: 'done'} as never))).toContain(
		'joy, said by',
	);
	expect(recordText(detail)).toContain('came to: joy, said by 3 of 3: clear');
});

test('of turns shows the conversation as it was sent last, and dumps each call as it was', async () => {
	const turns = ['one', 'two', 'three'];
	const options = {asking: turnsAsking, turns};
	const dumps: string[] = [];
	const fixture: Fixture = createFixture({
		count: 1,
		...options,
		bodyOf: () => ({messages}),
		staysWhenDone: true,
		script: (_, attempt) => ({afterMs: 10, outcome: answered(`answer ${attempt}`)}),
	});
	await pass(fixture, 15);
	const early = detailOf(fixture, options);
	expect(early.answers).toEqual(['answer 1']);
	expect(JSON.parse(early.body).messages).toHaveLength(3);
	await pass(fixture, 1000);
	const done = detailOf(fixture, options);
	expect(done.answers).toEqual(['answer 1', 'answer 2', 'answer 3']);
	expect(JSON.parse(done.body).messages).toHaveLength(5);
	const {first, rounds, source} = partsOf(fixture, options);
	const dumper = createDumper('always', {
		state: fixture.state,
		source,
		rounds: {of: rounds, first},
		policy: {endpoint: 'chat'},
	});
	for (const event of fixture.events) {
		dumps.push(dumper(event)?.text ?? '');
	}

	const asked = dumps.filter(Boolean).map(text => (text.match(/"role": "user"/g) ?? []).length);
	expect(asked).toEqual([1, 2, 3]);
});
