import type {Whereabouts} from '../domain/whereabouts.ts';
import {count, plural} from './format.ts';
import {isComplete, isSound, type Verification} from './verification.ts';

const marks = {
	unicode: {holds: '✓', fails: '✗', open: '–'},
	ascii: {holds: 'ok', fails: 'NO', open: '--'},
} as const;

/** One line a check, then the equation, then one sentence. Raw: the face cleans it. */
export function verificationLines(verification: Verification, isAscii: boolean): readonly string[] {
	const {checks, requests} = verification;
	const mark = marks[isAscii ? 'ascii' : 'unicode'];
	const columns = Math.max(...checks.map(({name}) => name.length));
	return [
		...checks.flatMap(({name, verdict, text, problems}) => [
			`${mark[verdict]} ${name.padEnd(columns)}  ${text}`,
			...problems.map(problem => `    ${problem}`),
		]),
		...(requests ? ['', equationText(requests)] : []),
		'',
		sentence(verification),
	];
}

/** `8 requests = 7 done + 1 failed + 0 in flight + …`: every term, so that it can be added up. */
function equationText(requests: Whereabouts): string {
	const terms = [
		`${count(requests.done)} done`,
		`${count(requests.failed)} failed`,
		`${count(requests.in_flight)} in flight`,
		`${count(requests.batched)} batched`,
		`${count(requests.waiting)} waiting`,
		`${count(requests.queued)} queued`,
		`${count(requests.missing)} missing`,
	];
	return `${plural(requests.total, 'request')} = ${terms.join(' + ')}`;
}

function sentence(verification: Verification): string {
	const {requests, checks, grows} = verification;
	if (!isSound(verification)) {
		const failed = checks.filter(({verdict}) => verdict === 'fails').map(({name}) => name);
		return `Not sound: ${failed.join(', ')}.`;
	}

	if (isComplete(verification)) {
		return 'Complete: everything adds up, and every request has its outcome.';
	}

	const open = requests ? requests.total - requests.done - requests.failed : 0;
	return `Sound, not complete: everything adds up, ${count(open)} still to do${grows ? ', and more may be added' : ''}.`;
}
