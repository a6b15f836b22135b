// node second-try.mjs REPORT STATUS [VITEST…]: names what failed in a pass. On a busy machine a screen may come later than
// its test waits for it, so up to three files that failed are run once more, alone and with the same seed; what fails
// again has failed. REPORT then holds the outcome, and in `notes` what was seen on the way.
import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const [reportFile, status, ...command] = process.argv.slice(2);
const vitest = command.length > 0 ? command : ['npx', 'vitest', 'run', '--config', '.vitest.config.ts'];
const mostFiles = 3;

const report = read(reportFile);
const failedFiles = filesThatFailed(report);
const notes = notesOn('failed', failedFiles);
if (failedFiles.length === 0 || failedFiles.length > mostFiles) {
	keep({});
	process.exit(Number(status) === 0 && report !== null ? 0 : 1);
}

const againFile = `${reportFile}.again.json`;
const [program, ...args] = vitest;
const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${againFile}`];
const {status: againStatus} = spawnSync(
	program,
	[...args, '--maxWorkers=1', ...reporters, ...failedFiles.map(({name}) => name)],
	{stdio: 'inherit'},
);
const again = read(againFile);
if (again === null) {
	keep({});
	process.exit(1);
}

const passedNow = report.numFailedTests - again.numFailedTests;
notes.push(`${passedNow} of them passed when run alone`, ...notesOn('failed again', filesThatFailed(again)));
keep({numPassedTests: report.numPassedTests + passedNow, numFailedTests: again.numFailedTests});
process.exit(againStatus === 0 ? 0 : 1);

function keep(counts) {
	if (report !== null) {
		writeFileSync(reportFile, JSON.stringify({...report, ...counts, notes}));
	}
}

function read(file) {
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch {
		return null;
	}
}

function filesThatFailed(found) {
	return (found?.testResults ?? []).filter(({status: outcome}) => outcome === 'failed');
}

function notesOn(words, files) {
	return files.flatMap(({name, message, assertionResults}) => {
		const file = path.relative('.', name);
		const failures = assertionResults.filter(({status: outcome}) => outcome === 'failed');
		return failures.length === 0
			? [`${words}: ${file}: ${String(message).slice(0, 400)}`]
			: failures.map(
					({fullName, failureMessages}) =>
						`${words}: ${file}: ${fullName}\n${withoutRunner(failureMessages[0])}`,
				);
	});
}

function withoutRunner(failureMessage) {
	const lines = String(failureMessage).split('\n');
	return lines
		.filter(line => !line.includes('node_modules'))
		.slice(0, 4)
		.map(line => `\t${line.trim().slice(0, 200)}`)
		.join('\n');
}
