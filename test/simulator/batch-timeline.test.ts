import {describe, expect, it} from 'vitest';
import type {BatchRecord} from '../../source/simulator/batch-record.ts';
import {doneLines, statusOf} from '../../source/simulator/batch-timeline.ts';

const check = {lines: 100, model: 'm', promptTokens: 500, missing: 0, errors: []};
const outcome = {
	outputFileId: 'file-1',
	errorFileId: null,
	completed: 100,
	failed: 0,
	usage: {input: 500, cached: 0, output: 900},
};
const record: BatchRecord = {
	id: 'batch_1',
	ordinal: 0,
	inputFileId: 'file-0',
	endpoint: '/v1/chat/completions',
	metadata: null,
	outputLifeMs: null,
	createdAtMs: 1000,
	durationMs: 10_000,
	expires: false,
	check,
	cancelledAtMs: null,
	outcome: null,
};
const refused = {...check, errors: [{code: 'empty_file', line: null, message: 'empty', param: null}]};

describe('statusOf', () => {
	it.each([
		['a new batch', {check: null}, 1000, 'validating'],
		['a check that is late', {check: null}, 99_000, 'validating'],
		['a check that was fast', {}, 2499, 'validating'],
		['a bad file', {check: refused}, 2500, 'failed'],
		['lines being answered', {}, 2500, 'in_progress'],
		['lines almost all answered', {}, 9999, 'in_progress'],
		['answers that are late', {}, 99_000, 'finalizing'],
		['answers that are ready too early', {outcome}, 10_999, 'finalizing'],
		['the end', {outcome}, 11_000, 'completed'],
		['an expiry to come', {expires: true}, 6249, 'in_progress'],
		['an expiry that is late', {expires: true}, 99_000, 'in_progress'],
		['an expiry', {expires: true, outcome}, 6250, 'expired'],
		['lines that are stuck', {stuck: 2}, 86_400_999, 'in_progress'],
		['an expiry of stuck lines', {stuck: 2, outcome}, 86_401_000, 'expired'],
		['a cancel of stuck lines', {stuck: 2, cancelledAtMs: 99_000, outcome}, 100_000, 'cancelled'],
		['a cancel', {cancelledAtMs: 5000}, 5000, 'cancelling'],
		['a cancel that is soon done', {cancelledAtMs: 5000, outcome}, 5999, 'cancelling'],
		['a cancel that is done', {cancelledAtMs: 5000, outcome}, 6000, 'cancelled'],
		['a cancel of a bad file', {cancelledAtMs: 2000, check: refused}, 3000, 'cancelled'],
	])('%s', (_, changes, nowMs, status) => {
		expect(statusOf({...record, ...changes}, nowMs)).toBe(status);
	});
});

describe('doneLines', () => {
	it.each([
		['before the lines begin', {}, 2000, 0],
		['half-way', {}, 6250, 50],
		['at the end', {}, 10_000, 100],
		['long after', {}, 99_000, 100],
		['expired', {expires: true}, 99_000, 50],
		['expired with an odd number', {expires: true, check: {...check, lines: 7}}, 99_000, 3],
		['stuck', {stuck: 2}, 99_000, 98],
		['stuck half-way', {stuck: 2}, 6250, 50],
		['stuck and expired', {stuck: 2}, 99_000_000, 98],
		['stuck and cancelled', {stuck: 2, cancelledAtMs: 99_000}, 100_000, 98],
		['stuck with fewer lines', {stuck: 200}, 99_000, 0],
		['cancelled half-way', {cancelledAtMs: 6250}, 99_000, 50],
		['cancelled before it began', {cancelledAtMs: 2000}, 99_000, 0],
		['not yet checked', {check: null}, 99_000, 0],
		['no duration', {durationMs: 0}, 1000, 100],
	])('%s', (_, changes, nowMs, lines) => {
		expect(doneLines({...record, ...changes}, nowMs)).toBe(lines);
	});

	it('never goes back', () => {
		const counts = Array.from({length: 200}, (_, at) => doneLines(record, 1000 + at * 60));
		expect(counts.toSorted((a, b) => a - b)).toEqual(counts);
	});
});
