import {expect, test} from 'vitest';
import {
	type Consequence,
	consequenceOf,
	type FailureKind,
	failureKinds,
} from '../../source/domain/failure.ts';
import {failure} from './run-fixture.ts';

/** Row 19 of the features: what an attempt of each kind leads to. Which status is which kind, the api says. */
const consequences: {readonly [K in FailureKind]: Consequence} = {
	rate_limit: 'wait',
	network: 'wait',
	server: 'retry',
	timeout: 'retry',
	malformed: 'retry',
	truncated: 'retry',
	schema: 'retry',
	expired: 'requeue',
	missing: 'requeue',
	auth: 'hold',
	quota: 'hold',
	not_found: 'hold',
	invalid_request: 'fail',
	context_length: 'fail',
	content_filter: 'fail',
	refusal: 'fail',
	cancelled: 'fail',
	task: 'fail',
};

test.each(failureKinds)('%s', kind => {
	expect(consequenceOf(failure(kind), false)).toBe(consequences[kind]);
	expect(consequenceOf(failure(kind, 500), false)).toBe(consequences[kind]);
});

test('a connection that breaks after the request went out uses up a retry, one that never came about a wait', () => {
	expect(consequenceOf(failure('network'), true)).toBe('retry');
	expect(consequenceOf(failure('network'), false)).toBe('wait');
});
