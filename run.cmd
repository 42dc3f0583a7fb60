@echo off
rem Sets Anthesis up when that is needed, then opens it. Arguments go to it: run song.ogg
where py >nul 2>nul
if %errorlevel%==0 (py -3 "%~dp0packaging\setup.py" run %*) else (python "%~dp0packaging\setup.py" run %*)
exit /b %errorlevel%
