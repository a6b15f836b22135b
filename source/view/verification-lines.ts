import {wholeEquation} from './accounts-words.ts';
import {count} from './format.ts';
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
		...(requests ? ['', wholeEquation(requests)] : []),
		'',
		sentence(verification),
	];
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
