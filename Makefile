# `make` alone lists the commands. Each sets up what it needs; the first one takes half a minute or so.
.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := .venv/bin
STAMP := .venv/.ready
TEST_TOOLS := .venv/.ready-test
SITE_TOOLS := .venv/.ready-site
# The person's language, as `lab` finds it: each command below is described in English and in Korean.
SPEECH = $(or $(INGRESS_LAB_LANG),$(LC_ALL),$(LC_MESSAGES),$(LANG))
PYTEST = $(BIN)/pytest -n 3 --dist loadgroup --no-loadscope-reorder

.PHONY: help setup wheelhouse preflight test-tools study report test test-long test-thorough test-order check notebooks claims new-notebook sync korean messages upstream map measure bench crash fuzz site lock clean

help: ## show this list ## 이 목록을 출력합니다
	@awk -F ' ## ' -v speech="$(SPEECH)" '/^[a-z-]+:.* ## / \
	  {sub(/:.*/, "", $$1); printf "  make %-13s %s\n", $$1, tolower(speech) ~ /^ko/ ? $$3 : $$2}' Makefile

setup: $(STAMP) ## make .venv, where the command `lab` then is; PYTHON=/path/to/python3.12 chooses its Python ## `lab` 명령이 들어갈 .venv를 만듭니다. Python 선택: PYTHON=/path/to/python3.12

ifeq ($(origin PYTHON), command line)
.PHONY: $(STAMP)
endif
$(STAMP): requirements.lock pyproject.toml setup.sh $(wildcard setup/*)
	@sh setup.sh

wheelhouse: ## download the packages into wheelhouse/, for a room without a network ## 네트워크가 없는 강의실을 위해 패키지를 wheelhouse/에 받아 둡니다
	@INGRESS_LAB_NO_WHEELHOUSE=1 sh setup.sh && sh setup/wheelhouse.sh

preflight: $(STAMP) ## before a workshop: is this machine ready? ## 워크숍 전에 이 컴퓨터가 준비되었는지 확인합니다
	@exec $(BIN)/lab preflight

test-tools: $(TEST_TOOLS) ## add the tools of tests and checks to .venv ## 테스트와 검사 도구를 .venv에 추가합니다

$(TEST_TOOLS) $(SITE_TOOLS): .venv/.ready-%: $(STAMP) requirements-%.lock
	@sh setup.sh $*

study: $(STAMP) ## start the cluster and open the notebooks in JupyterLab ## 클러스터를 시작하고 JupyterLab에서 노트북을 엽니다
	@exec $(BIN)/lab study

report: $(STAMP) ## run the whole series and write reports/latest/index.html ## 시리즈 전체를 실행하고 reports/latest/index.html을 씁니다
	@exec $(BIN)/lab report

test: $(TEST_TOOLS) ## run the tests, all English notebooks but two included: five minutes ## 영어 노트북(15와 16 제외)을 포함한 테스트를 실행합니다(5분)
	@exec $(PYTEST) -m "not long"

test-long: $(TEST_TOOLS) $(SITE_TOOLS) ## the rest: notebooks in Korean, after an interruption, on broken clusters ## 나머지 테스트: 한국어 노트북, 중단 후 실행, 망가진 클러스터
	@exec $(PYTEST) -m long

check: $(TEST_TOOLS) ## style, types and import lines ## 코드 스타일, 타입, import 방향을 검사합니다
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/pytest -q tests/test_architecture.py

notebooks: $(STAMP) ## run the notebooks afresh and store their outputs ## 노트북을 새로 실행하고 출력을 저장합니다
	@$(BIN)/python -m labtools.authoring notebooks

claims: $(STAMP) ## list what the notebooks say of programs, with the cells that prove it; count their commands ## 노트북이 프로그램에 대해 적은 문장과 이를 증명하는 셀을 나열하고, 명령의 수를 셉니다
	@$(BIN)/python -m labtools.authoring claims

new-notebook: $(STAMP) ## a new notebook from the template: make new-notebook NAME=18_my_topic ## 템플릿에서 새 노트북을 만듭니다: make new-notebook NAME=18_my_topic
	@$(BIN)/python -m labtools.authoring new $(NAME)

sync: $(STAMP) ## bring code of the English notebooks over to the Korean ones; list the prose to write ## 영어 노트북의 코드를 한국어 노트북으로 옮기고, 쓸 글을 나열합니다
	@$(BIN)/python -m labtools.authoring sync

korean: $(STAMP) ## print Korean prose for reading: make korean NB=07; without NB count words avoided and sought ## 한국어 글을 읽기 좋게 출력합니다: make korean NB=07. NB가 없으면 피할 말과 쓸 말을 셉니다
	@$(BIN)/python -m labtools.authoring korean $(NB)

messages: $(STAMP) ## bring the message files of the languages in step with the sources ## 언어별 메시지 파일을 소스에 맞춥니다
	@$(BIN)/python -m labtools.authoring messages

test-thorough: $(TEST_TOOLS) $(SITE_TOOLS) ## test-long with what it leaves out: notebooks twice in a row, every move of the clinic, more cases ## test-long에서 뺀 것까지 모두: 노트북 두 번 연속 실행, 클리닉의 모든 조치, 더 많은 사례
	@exec $(PYTEST) -m long --thorough --replay-cases 25

test-order: $(TEST_TOOLS) ## run all notebooks from the last to the first, each after one that was killed half way ## 모든 노트북을 마지막부터 거꾸로, 중간에 강제 종료한 노트북 뒤에 하나씩 실행합니다
	@$(BIN)/pytest -q -s tests/notebooks/test_order.py --order 99

upstream: $(STAMP) ## take over the types of a Kubernetes version: make upstream SOURCES=folder (CONTRIBUTING.md) ## Kubernetes 버전의 타입을 가져옵니다: make upstream SOURCES=folder (CONTRIBUTING.md)
	@$(BIN)/python -m loopkube.upstream.generate $(SOURCES)

map: $(STAMP) ## write docs/map.md, the list of all folders, from the docstrings of the packages ## 패키지의 docstring으로 모든 폴더의 목록 docs/map.md를 씁니다
	@$(BIN)/python -m labtools.authoring map

measure: $(TEST_TOOLS) ## measure the code: sizes, comments, docstrings, import cycles, files that a kind touches ## 코드를 측정합니다: 크기, 주석, docstring, import 순환, 종류마다 손대는 파일
	@$(BIN)/python -m bench.house

bench: $(TEST_TOOLS) ## measure speed, memory, scale and load; the table is kept in docs/bench.md ## 속도, 메모리, 확장성, 부하를 측정합니다. 표는 docs/bench.md에 있습니다
	@$(BIN)/python -m bench

crash: $(TEST_TOOLS) ## kill parts of a cluster 50 times under load; nothing may be lost ## 부하를 주면서 클러스터의 구성 요소를 50번 강제 종료합니다. 잃는 것이 없어야 합니다
	@$(BIN)/pytest -q -s tests/faults/test_crashes.py --crashes 50

fuzz: $(TEST_TOOLS) ## send the API 6,000 random requests; none may get a 5xx ## API에 무작위 요청 6,000개를 보냅니다. 5xx가 없어야 합니다
	@$(BIN)/pytest -q -s tests/fuzz --fuzz 6000

site: $(SITE_TOOLS) ## write the whole series as a static site: build/site/index.html ## 시리즈 전체를 정적 사이트로 만듭니다: build/site/index.html
	@$(BIN)/python -m labtools.authoring site

LOCK = $(BIN)/uv pip compile --quiet pyproject.toml --universal --python-version 3.11 --fork-strategy fewest \
  --no-annotate --no-header --no-emit-index-url --no-emit-find-links --generate-hashes
lock: $(STAMP) ## renew the lock files from pyproject.toml ## pyproject.toml로 lock 파일을 갱신합니다
	@$(LOCK) --upgrade --extra setup --extra caddy -o requirements.lock
	@for part in test site hub; do \
	  $(LOCK) --upgrade --extra $$part -c requirements.lock -o requirements-$$part.lock \
	    $$(sed -nE 's/^([a-z0-9-]+)==.*/--no-emit-package \1/p' requirements.lock) || exit; done

clean: ## stop the cluster; remove everything that was made here ## 클러스터를 멈추고, 여기에서 만든 것을 모두 지웁니다
	@if $(BIN)/python -P -c 'import ingress_lab' 2>/dev/null; then \
	  $(BIN)/python -P -m labtools.workspace.at_work && $(BIN)/lab down --all --delete; fi
	@rm -rf .venv .lab reports build helpers/*.egg-info .pytest_cache .mypy_cache .ruff_cache .grimp_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find . -name .ipynb_checkpoints -type d -prune -exec rm -rf {} +
