// node counts.mjs BROKEN REPORT…: what came of all passes, as the last line and the exit code.
import {readFileSync} from 'node:fs';
import process from 'node:process';

const [broken, ...reports] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const file of reports) {
	try {
		const {numPassedTests, numFailedTests, notes = []} = JSON.parse(readFileSync(file, 'utf8'));
		passed += numPassedTests;
		failed += numFailedTests;
		for (const note of notes) {
			console.log(note);
		}
	} catch {
		failed++;
	}
}

// Something else went wrong: the build, the types, the lint, a worker that died.
if (broken !== '0' && failed === 0) {
	failed = 1;
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
