@echo off
rem Sets Anthesis up when that is needed, then runs the tests offscreen. Arguments go to pytest: test -k atlas
where py >nul 2>nul
if %errorlevel%==0 (py -3 "%~dp0packaging\setup.py" test %*) else (python "%~dp0packaging\setup.py" test %*)
exit /b %errorlevel%
