// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IToken} from "./Interfaces.sol";

/// Pays many people in one transaction, as exchanges do with withdrawals.
contract Disperser {
    error PaymentRefused(address to);

    function payEther(address[] calldata to, uint256[] calldata amounts) external payable {
        for (uint256 i = 0; i < to.length; ++i) {
            (bool paid,) = to[i].call{value: amounts[i]}("");
            if (!paid) revert PaymentRefused(to[i]);
        }
        uint256 rest = address(this).balance;
        if (rest == 0) return;
        (bool returned,) = msg.sender.call{value: rest}("");
        if (!returned) revert PaymentRefused(msg.sender);
    }

    function payToken(IToken token, address[] calldata to, uint256[] calldata amounts) external {
        for (uint256 i = 0; i < to.length; ++i) {
            if (!token.transferFrom(msg.sender, to[i], amounts[i])) revert PaymentRefused(to[i]);
        }
    }
}
